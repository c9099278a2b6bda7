//! Answers about files.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Timestamp;
pub use crate::kinds::assets::wire::Asset;
use crate::uploads::Link;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetPage {
    pub items: Vec<Asset>,
    /// The cursor of the next page. Null on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// A link that expires.
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
