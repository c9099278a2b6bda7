//! Files on the wire. The browser's table follows from [`Asset`] (`x-indexeddb`).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::files::Link;
use crate::models::asset::{AssetRecord, AssetStatus};
use crate::openapi::IndexedTable;
use crate::wire::{FileType, Timestamp};

/// What is known of a file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: Uuid,
    /// The project that it belongs to.
    #[schema(required = true)]
    pub project_id: Option<String>,
    #[schema(example = "harbour.png")]
    pub file_name: String,
    #[schema(value_type = FileType)]
    pub file_type: String,
    #[schema(example = "image/png")]
    pub mime_type: String,
    /// Bytes.
    pub size: i64,
    /// Pixels.
    #[schema(required = true)]
    pub width: Option<i32>,
    #[schema(required = true)]
    pub height: Option<i32>,
    /// Lower-case hex, where a device gave it; checked against the bytes.
    #[schema(required = true)]
    pub sha256: Option<String>,
    pub upload_status: UploadStatus,
    /// An address on this server that leads to the bytes and does not end; null until they are complete.
    #[schema(required = true, example = "/api/assets/0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69/content")]
    pub storage_url: Option<String>,
    /// Of a failed upload: why.
    #[schema(required = true)]
    pub error: Option<String>,
    /// The person's version that last changed this.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Devices also have `uploading`, which nobody else needs to know.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadStatus {
    Pending,
    Completed,
    Failed,
}

impl IndexedTable for Asset {
    const TABLE: &'static str = "assetMetadata";
    const PRIMARY_KEY: &'static str = "id";
    const INDEXES: &'static [&'static str] = &["projectId", "storageUrl", "uploadStatus", "updatedAt"];
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

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetPage {
    pub items: Vec<Asset>,
    /// Where the next page begins; null on the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// A link that ends.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrl {
    pub url: String,
    pub expires_at: Timestamp,
}

impl From<Link> for DownloadUrl {
    fn from(link: Link) -> Self {
        Self { url: link.url, expires_at: link.expires_at }
    }
}

/// What to do with a link: whoever holds it may do this one thing until it ends.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedRequest {
    pub url: String,
    #[schema(example = "PUT")]
    pub method: &'static str,
    /// The request must carry exactly these, and a body of exactly the announced length.
    pub headers: BTreeMap<String, String>,
    pub expires_at: Timestamp,
}
