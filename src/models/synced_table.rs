//! The table of a synced kind as data, for statements that are the same for every kind.

use uuid::Uuid;

/// A table whose rows have an owner, an id, a version and a tombstone. All members are SQL from declarations, never from a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncedTable {
    pub name: &'static str,
    /// The SQL type of ids: `text` or `uuid`.
    pub id_type: &'static str,
    /// An expression: the approximate size of a row on the wire, in bytes.
    pub bytes: &'static str,
    /// The collection whose rows belong to the kind. Collections share one table.
    pub collection: Option<&'static str>,
    /// Whether a foreign key deletes the rows with their owner. Without one they are deleted first.
    pub has_foreign_key: bool,
    /// A table of owners and ids that keeps the ids of removed tombstones.
    pub expired: Option<&'static str>,
    /// The column with the status of a row, for the counts of administrators.
    pub status: Option<&'static str>,
}

impl SyncedTable {
    /// A condition: the row with the alias `row` belongs to this kind and to the owner `$1`.
    pub fn rows(&self, row: &str) -> String {
        match self.collection {
            Some(collection) => format!("{row}.owner = $1 AND {row}.collection = '{collection}'"),
            None => format!("{row}.owner = $1"),
        }
    }

    /// Whether `text` is an id as this table writes it.
    pub fn is_id(&self, text: &str) -> bool {
        match self.id_type {
            "uuid" => Uuid::parse_str(text).is_ok_and(|id| id.to_string() == text),
            _ => !text.contains('\0'),
        }
    }

    /// An expression: `text` as an id of this table. It is NULL if `text` does not have the form of an id.
    pub fn id(&self, text: &str) -> String {
        match self.id_type {
            "uuid" => format!(
                "(CASE WHEN {text} ~ '^[0-9a-fA-F]{{8}}-([0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}$' THEN {text}::uuid END)"
            ),
            _ => text.to_owned(),
        }
    }
}
