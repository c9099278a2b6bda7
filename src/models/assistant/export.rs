//! Assistants in an export.

use crate::models::export::{ExportRows, time};

/// All assistants, in order of their ids.
pub fn export() -> ExportRows {
    ExportRows::list(concat!(
        "SELECT (jsonb_build_object('id', id, 'title', title, 'desc', description, 'emoji', emoji, 'prompt', prompt, 'tags', tags,
             'category', category, 'isPublic', is_public, 'status', status, 'author', author, 'usageCount', usage_count, 'createdAt', ",
        time!("created_at"),
        ", 'updatedAt', ",
        time!("updated_at"),
        ") || CASE WHEN temp_id IS NULL THEN '{}' ELSE jsonb_build_object('tempId', temp_id) END)::text AS text
         FROM assistants WHERE owner = $1 AND deleted_at IS NULL ORDER BY id"
    ))
}
