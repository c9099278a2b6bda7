//! Chat sessions in an export.

use crate::models::export::{ExportRows, time};

const CHAT_SESSION: &str = concat!(
    "SELECT json_build_object('id', id, 'title', title, 'projectId', project_id, 'metadata', metadata, 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ")::text AS text FROM chat_sessions WHERE owner = $1 AND deleted_at IS NULL ORDER BY version, id"
);

/// All chat sessions, in order of their last change.
pub fn export() -> ExportRows {
    ExportRows::list(CHAT_SESSION)
}
