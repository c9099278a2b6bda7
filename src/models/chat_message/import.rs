//! Chat messages in an import.

use diesel::QueryResult;

use super::SYNCED;
use crate::db::UserTx;
use crate::models::import::{ImportLink, ImportTable, Staged, mark};

/// How an import stores messages. A message never changes; a deleted one is restored at its old position. New ones take the positions from `$5` on, in
/// the document's order.
pub fn import_table(section: &'static str) -> ImportTable {
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), version = $4",
        update: "version = $4, deleted_at = NULL".to_owned(),
        differs: "false".to_owned(),
        columns: "id, session_id, temp_id, role, content, metadata, position, version, created_at",
        values: "s.id::uuid, s.link_1::uuid, s.unique_name, s.value ->> 'role', s.value ->> 'content', s.value -> 'metadata',
             $5 + row_number() OVER (ORDER BY s.place) - 1, $4, (s.value ->> 'createdAt')::timestamptz"
            .to_owned(),
        links: vec![ImportLink {
            column: "r.session_id".to_owned(),
            is_text: false,
            unlink: "session_id = NULL".to_owned(),
            member: None,
        }],
        names: None,
    }
}

/// Marks messages whose id or temporary id is in use for other content, because a message never changes. Returns the number of marked rows.
pub async fn mark_known_messages(tx: &mut UserTx, staged: Staged<'_>) -> QueryResult<usize> {
    let other_content = "EXISTS (SELECT FROM chat_messages r WHERE r.owner = $1 AND r.id = s.id::uuid AND (
             r.session_id <> s.link_1::uuid OR r.role <> s.value ->> 'role' OR r.content <> s.value ->> 'content'
             OR r.created_at <> (s.value ->> 'createdAt')::timestamptz OR r.metadata IS DISTINCT FROM s.value -> 'metadata'
             OR r.temp_id <> s.unique_name))";
    let marked = mark(tx, staged, "id_conflict", "id", other_content).await?;
    let other_id = "s.unique_name IS NOT NULL AND EXISTS (
             SELECT FROM chat_messages r WHERE r.owner = $1 AND r.temp_id = s.unique_name AND r.id <> s.id::uuid)";
    Ok(marked + mark(tx, staged, "id_conflict", "tempId", other_id).await?)
}
