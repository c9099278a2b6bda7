//! Rows of collections in an import. Names, members and positions come from declarations.

use diesel::QueryResult;

use super::synced;
use crate::db::UserTx;
use crate::models::import::{ImportLink, ImportNames, ImportStamp, ImportTable, Staged, VALID};

/// How an import stores rows of a collection. `keeps_others`: an update keeps members of the stored row that the document does not have. `members`: the
/// members with references, in their order. `unique`: the members that are unique together.
pub fn import_table(
    collection: &'static str,
    primary_key: &'static str,
    keeps_others: bool,
    members: &[&'static str],
    unique: &[&'static str],
) -> ImportTable {
    let (value, stored) = match keeps_others {
        true => ("r.value || s.value".to_owned(), "r.value".to_owned()),
        false => ("s.value".to_owned(), format!("r.value - '{primary_key}'")),
    };
    // One element for each reference of the collection. Not a part of a longer array: Citus 13 ends with a fault where an UPDATE assigns one.
    let columns: Vec<String> = (1..=members.len()).map(|number| format!("s.link_{number}")).collect();
    let links = format!("ARRAY[{}]::text[]", columns.join(", "));
    ImportTable {
        section: collection,
        table: synced(collection),
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: format!(
            "value = {value}, unique_name = s.unique_name, links = {links}, revision = r.revision + 1, version = $4,
             updated_at = now(), deleted_at = NULL"
        ),
        differs: format!(
            "{stored} IS DISTINCT FROM {value} OR r.unique_name IS DISTINCT FROM s.unique_name OR r.links IS DISTINCT FROM {links}"
        ),
        columns: "collection, id, value, unique_name, links, version, revision",
        values: format!("$3, s.id, s.value, s.unique_name, {links}, $4, 1"),
        links: members.iter().enumerate().map(|(position, member)| link(position + 1, member)).collect(),
        names: (!unique.is_empty()).then(|| ImportNames {
            column: "r.unique_name".to_owned(),
            value: "r.value".to_owned(),
            of_value: unique_name(unique),
            id_member: primary_key,
            member: match unique {
                [one] if !members.contains(one) => Some(*one),
                _ => None,
            },
        }),
    }
}

/// The link at `position`, from 1.
fn link(position: usize, member: &'static str) -> ImportLink {
    ImportLink {
        column: format!("r.links[{position}]"),
        is_text: true,
        unlink: format!(
            "value = jsonb_set(r.value, ARRAY['{member}'], 'null'), links[{position}] = NULL, updated_at = now(),
             revision = r.revision + 1, version = $4"
        ),
        member: Some(member),
    }
}

/// The unique name of a staged row: one member is the name itself, several are a JSON array without blanks.
fn unique_name(members: &[&str]) -> String {
    match members {
        [one] => format!("s.value ->> '{one}'"),
        several => {
            let texts: Vec<String> =
                several.iter().map(|member| format!("to_json(s.value ->> '{member}')::text")).collect();
            format!("'[' || {} || ']'", texts.join(" || ',' || "))
        }
    }
}

/// Sets the unique names of stored rows to null that the import changes, because two rows may swap theirs. Returns the number of changed rows.
pub async fn free_names(tx: &mut UserTx, staged: Staged<'_>) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE records r SET unique_name = NULL FROM import_rows s WHERE {VALID} AND {} AND r.id = s.id
         AND r.deleted_at IS NULL AND r.unique_name IS DISTINCT FROM s.unique_name",
        staged.table.table.rows("r")
    );
    staged.run(tx, ImportStamp::default(), sql).await
}
