//! The wire types of the media library.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::OwnerId;
use crate::json::{FileType, Timestamp};
use crate::models::asset::AssetRecord;

/// A completed asset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaAsset {
    pub id: Uuid,
    /// Equal to `id`.
    pub cloud_id: Uuid,
    pub user_id: String,
    #[schema(example = "harbour.png")]
    pub file_name: String,
    #[schema(value_type = FileType)]
    pub file_type: String,
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// In bytes.
    pub size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i32>,
    /// A link to the bytes that expires after an hour at most. `/api/media/assets/{id}/content` redirects to a new one.
    pub cloud_url: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl MediaAsset {
    pub fn new(owner: &OwnerId, row: &AssetRecord, cloud_url: String) -> Self {
        Self {
            id: row.id,
            cloud_id: row.id,
            user_id: owner.user_id().to_owned(),
            file_name: row.file_name.clone(),
            file_type: row.file_type.clone(),
            mime_type: row.mime_type.clone(),
            size: row.size,
            width: row.width,
            height: row.height,
            cloud_url,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaPage {
    pub items: Vec<MediaAsset>,
    /// The cursor of the next page. Null on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// The form of an upload.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a form that is read field by field")]
pub struct MediaUploadForm {
    /// The bytes.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Chosen by the device, so that a repeat makes no second asset. Made by the server if absent.
    id: Option<Uuid>,
    /// The file name of the part if absent.
    #[schema(min_length = 1, max_length = 255)]
    file_name: Option<String>,
    file_type: Option<FileType>,
    /// The media type of the part if absent. The bytes must be of this type.
    mime_type: Option<String>,
    /// In pixels.
    #[schema(minimum = 0)]
    width: Option<i32>,
    #[schema(minimum = 0)]
    height: Option<i32>,
}
