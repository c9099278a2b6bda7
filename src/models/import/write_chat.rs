//! What an import of other rows does to chat sessions.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::write::just_buried;
use super::{Staged, Table};

/// Sessions whose messages came or went have changed too.
pub async fn touch_sessions(conn: &mut AsyncPgConnection, staged: Staged<'_>, stamp: i64) -> QueryResult<usize> {
    let sql = "UPDATE chat_sessions r SET revision = $4, updated_at = now()
         WHERE r.user_id = $1 AND r.deleted_at IS NULL AND r.revision <> $4 AND EXISTS (
             SELECT FROM chat_messages m WHERE m.user_id = $1 AND m.session_id = r.id AND m.revision = $4)";
    staged.run(conn, stamp, sql.to_owned()).await
}

/// Takes sessions out of projects that this import has buried; how many.
pub async fn unlink_sessions(conn: &mut AsyncPgConnection, staged: Staged<'_>, stamp: i64) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE chat_sessions r SET project_id = NULL, revision = $4, updated_at = now()
         FROM projects p WHERE r.user_id = $1 AND r.deleted_at IS NULL AND p.id = r.project_id AND {}",
        just_buried(Table::Projects)
    );
    staged.run(conn, stamp, sql).await
}
