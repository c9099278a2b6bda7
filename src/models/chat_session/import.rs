//! Chat sessions in an import.

use diesel::QueryResult;

use super::SYNCED;
use crate::db::UserTx;
use crate::models::import::{ImportLink, ImportStamp, ImportTable, Staged};

/// How an import stores chat sessions.
pub fn import_table(section: &'static str) -> ImportTable {
    ImportTable {
        section,
        table: SYNCED,
        soft_delete: "deleted_at = now(), updated_at = now(), revision = r.revision + 1, version = $4",
        update: "title = s.value ->> 'title', project_id = s.link_1, metadata = s.value -> 'metadata',
             revision = r.revision + 1, version = $4, updated_at = now(), deleted_at = NULL"
            .to_owned(),
        differs: "r.title <> s.value ->> 'title' OR r.project_id IS DISTINCT FROM s.link_1
             OR r.metadata IS DISTINCT FROM s.value -> 'metadata'"
            .to_owned(),
        columns: "id, title, project_id, metadata, revision, version, created_at, updated_at",
        values: "s.id::uuid, s.value ->> 'title', s.link_1, s.value -> 'metadata', 1, $4,
             coalesce((s.value ->> 'createdAt')::timestamptz, now()), coalesce((s.value ->> 'updatedAt')::timestamptz, now())"
            .to_owned(),
        links: vec![ImportLink {
            column: "r.project_id".to_owned(),
            is_text: true,
            unlink: "project_id = NULL, revision = r.revision + 1, version = $4, updated_at = now()".to_owned(),
            member: None,
        }],
        names: None,
    }
}

/// Raises the revision of sessions whose messages the import inserted or deleted. Returns the number of changed sessions.
pub async fn touch_after_import(tx: &mut UserTx, staged: Staged<'_>) -> QueryResult<usize> {
    let stamp = ImportStamp { version: tx.next_version(), ..ImportStamp::default() };
    let sql = "UPDATE chat_sessions r SET revision = r.revision + 1, version = $4, updated_at = now()
         WHERE r.owner = $1 AND r.deleted_at IS NULL AND r.version <> $4 AND EXISTS (
             SELECT FROM chat_messages m WHERE m.owner = $1 AND m.session_id = r.id AND m.version = $4)";
    staged.run(tx, stamp, sql.to_owned()).await
}
