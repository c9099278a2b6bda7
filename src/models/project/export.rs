//! Projects in an export.

use crate::models::export::{ExportForm, ExportRows, time};

/// A document with a `createdAt` of its own is a LiteChat row, whose members are written beside the name. All other documents, and ambiguous ones, are
/// written as `data`, as on the wire. An import distinguishes the two forms by `data`.
const PROJECT: &str = concat!(
    "SELECT ((CASE WHEN data ? 'createdAt' AND NOT data ?| ARRAY['id', 'name', 'parentId', 'thumbnailAssetId', 'clientUpdatedAt', 'data']
         THEN data ELSE jsonb_build_object('data', data, 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ") END)
         || jsonb_build_object('id', id, 'name', name, 'parentId', parent_id)
         || CASE WHEN thumbnail_asset_id IS NULL THEN '{}' ELSE jsonb_build_object('thumbnailAssetId', thumbnail_asset_id) END
         || CASE WHEN client_updated_at IS NULL THEN '{}' ELSE jsonb_build_object('clientUpdatedAt', ",
    time!("client_updated_at"),
    ") END)::text AS text
     FROM projects WHERE owner = $1 AND deleted_at IS NULL"
);

/// All projects, in order of their ids.
pub fn export() -> ExportRows {
    ExportRows::list(format!("{PROJECT} ORDER BY id"))
}

/// One project.
pub fn export_one(id: String) -> ExportRows {
    ExportRows::list(format!("{PROJECT} AND id = $2")).as_form(ExportForm::One).with([id])
}

/// The ids of the projects below a project, each as a JSON array with the id of its parent, in order of their ids.
pub fn export_below(id: String) -> ExportRows {
    ExportRows::list(
        "WITH RECURSIVE below AS (
             SELECT id, parent_id FROM projects WHERE owner = $1 AND deleted_at IS NULL AND parent_id = $2
             UNION ALL
             SELECT p.id, p.parent_id FROM below JOIN projects p ON p.owner = $1 AND p.deleted_at IS NULL AND p.parent_id = below.id
         )
         SELECT json_build_array(id, parent_id)::text AS text FROM below ORDER BY id",
    )
    .with([id])
}
