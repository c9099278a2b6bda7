//! The wire types of assets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::LabelChanges;
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, FileType, Timestamp, patch_field};
use crate::models::asset::{AssetRecord, AssetStatus};

const MAX_NAME_CHARS: usize = DataLimits::FILE_NAME_CHARS;
pub const MAX_PROJECT_ID_CHARS: usize = DataLimits::ID_CHARS;
const MAX_PIXELS: i32 = 1_000_000;

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: Uuid,
    /// The project of the asset.
    #[schema(required = true)]
    pub project_id: Option<String>,
    #[schema(example = "harbour.png")]
    pub file_name: String,
    #[schema(value_type = FileType)]
    pub file_type: String,
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    /// In pixels.
    #[schema(required = true)]
    pub width: Option<i32>,
    #[schema(required = true)]
    pub height: Option<i32>,
    /// In lower-case hex, if the device sent it. The bytes were checked against it.
    #[schema(required = true)]
    pub sha256: Option<String>,
    pub upload_status: UploadStatus,
    /// A URL on this server that redirects to the bytes and does not expire. Null until the asset is completed.
    #[schema(required = true, example = "/api/assets/0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69/content")]
    pub storage_url: Option<String>,
    /// Why the upload failed.
    #[schema(required = true)]
    pub error: Option<String>,
    /// Counts the changes of the row.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The state of the upload. Devices also have `uploading`, which the server does not store.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadStatus {
    Pending,
    Completed,
    Failed,
}

impl From<&AssetRecord> for Asset {
    fn from(row: &AssetRecord) -> Self {
        let upload_status = match row.status {
            AssetStatus::Pending => UploadStatus::Pending,
            AssetStatus::Completed => UploadStatus::Completed,
            AssetStatus::Failed | AssetStatus::Deleted => UploadStatus::Failed,
        };
        Self {
            id: row.id,
            project_id: row.project_id.clone(),
            file_name: row.file_name.clone(),
            file_type: row.file_type.clone(),
            mime_type: row.mime_type.clone(),
            size: row.size,
            width: row.width,
            height: row.height,
            sha256: row.sha256.clone(),
            upload_status,
            storage_url: (row.status == AssetStatus::Completed).then(|| format!("/api/assets/{}/content", row.id)),
            error: row.error.clone(),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Changes of an asset. Absent members stay as they are. The last write wins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAssetRequest {
    #[schema(min_length = 1, max_length = 255, example = "quay.png")]
    file_name: Option<String>,
    /// Null removes the asset from its project.
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    project_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<i32>, minimum = 0)]
    width: Option<Option<i32>>,
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<i32>, minimum = 0)]
    height: Option<Option<i32>>,
}

impl Check for UpdateAssetRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        if let Some(name) = &self.file_name {
            file_name(errors, name);
        }
        let project_id = self.project_id.as_ref().and_then(|id| id.as_deref());
        errors.optional_text("projectId", project_id, 1, MAX_PROJECT_ID_CHARS);
        pixels(errors, "width", self.width.flatten());
        pixels(errors, "height", self.height.flatten());
    }
}

impl UpdateAssetRequest {
    /// The changes of the label.
    pub fn into_changes(self) -> LabelChanges {
        LabelChanges { file_name: self.file_name, project_id: self.project_id, width: self.width, height: self.height }
    }
}

/// Checks a file name. Control characters are refused, because file names appear in pages and headers.
pub fn file_name(errors: &mut ValidationErrors, name: &str) {
    errors.text("fileName", name, 1, MAX_NAME_CHARS);
    if name.chars().any(|c| c.is_control() && c != '\0') {
        errors.add("fileName", "control_character", "must not hold control characters");
    }
}

/// Checks a width or height, in pixels.
pub fn pixels(errors: &mut ValidationErrors, member: &str, value: Option<i32>) {
    if value.is_some_and(|value| !(0..=MAX_PIXELS).contains(&value)) {
        errors.add(member, "invalid_value", format!("must be from 0 to {MAX_PIXELS}"));
    }
}
