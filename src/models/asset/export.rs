//! Assets in an export.

use crate::models::export::{ExportRows, time};

const ASSET: &str = concat!(
    "SELECT json_build_object('id', id, 'projectId', project_id, 'fileName', file_name, 'fileType', file_type, 'mimeType', mime_type,
         'size', size, 'width', width, 'height', height, 'sha256', sha256, 'storageUrl', '/api/assets/' || id || '/content', 'createdAt', ",
    time!("created_at"),
    ", 'updatedAt', ",
    time!("updated_at"),
    ")::text AS text FROM assets WHERE owner = $1 AND status = 'completed' ORDER BY id"
);

/// The rows of completed assets, without their bytes.
pub fn export() -> ExportRows {
    ExportRows::list(ASSET)
}
