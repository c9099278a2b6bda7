//! Rows of collections in an import. Names, members and positions come from declarations.

use diesel::QueryResult;

use super::synced;
use crate::db::UserTx;
use crate::models::import::{ImportLink, ImportStamp, ImportTable, Staged, VALID, mark};

/// How an import stores rows of a collection. `keeps_others`: an update keeps members of the stored row that the document does not have. `members`: the
/// members with references, in their order.
pub fn import_table(collection: &'static str, primary_key: &str, keeps_others: bool, members: &[&str]) -> ImportTable {
    let (value, stored) = match keeps_others {
        true => ("r.value || s.value".to_owned(), "r.value".to_owned()),
        false => ("s.value".to_owned(), format!("r.value - '{primary_key}'")),
    };
    // One element for each reference of the collection.
    let links = format!("(ARRAY[s.link_1, s.link_2, s.link_3, s.link_4])[1:{}]", members.len());
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
    }
}

/// The link at `position`, from 1.
fn link(position: usize, member: &str) -> ImportLink {
    ImportLink {
        column: format!("r.links[{position}]"),
        is_text: true,
        unlink: format!(
            "value = jsonb_set(r.value, ARRAY['{member}'], 'null'), links[{position}] = NULL, updated_at = now(),
             revision = r.revision + 1, version = $4"
        ),
        unlink_value: Some(format!("jsonb_set(s.value, ARRAY['{member}'], 'null')")),
    }
}

/// Marks rows whose unique name a stored row has that the document does not name. Returns their number.
pub async fn mark_names_in_use(tx: &mut UserTx, staged: Staged<'_>, member: &str) -> QueryResult<usize> {
    let condition = format!(
        "s.unique_name IS NOT NULL AND EXISTS (
             SELECT FROM records r WHERE {} AND r.unique_name = s.unique_name AND r.deleted_at IS NULL AND r.id <> s.id
             AND NOT EXISTS (SELECT FROM import_rows t WHERE t.owner = $1 AND t.import_id = $2 AND t.section = $3 AND t.id = r.id
                 AND t.fault IS NULL))",
        staged.table.table.rows("r")
    );
    mark(tx, staged, "duplicate_name", member, &condition).await
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
