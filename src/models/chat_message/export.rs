//! Chat messages in an export.

use crate::models::export::{ExportRows, time};

/// The order is that of the index on positions, so PostgreSQL does not sort.
const CHAT_MESSAGE: &str = concat!(
    "SELECT json_build_object('id', id, 'tempId', temp_id, 'sessionId', session_id, 'role', role, 'content', content,
         'metadata', metadata, 'createdAt', ",
    time!("created_at"),
    ")::text AS text FROM chat_messages WHERE owner = $1 AND deleted_at IS NULL ORDER BY session_id, position"
);

/// All chat messages, by session and position.
pub fn export() -> ExportRows {
    ExportRows::list(CHAT_MESSAGE)
}
