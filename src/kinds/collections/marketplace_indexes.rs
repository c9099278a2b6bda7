//! Indexes of marketplaces: copies of what a source lists. They stay on the device, which reads the source again.

use super::common::{Collection, Deserialize, Direction, LARGE_VALUE_BYTES, Timestamp, ToSchema};
use serde::de::IgnoredAny;

/// What a source lists. The source's id is its key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceIndex {
    /// The list, in the application's form.
    #[schema(value_type = Option<serde_json::Value>)]
    pub index: Option<IgnoredAny>,
    pub cached_at: Option<Timestamp>,
    /// When the application reads the source again.
    pub expires_at: Option<Timestamp>,
}

impl Collection for MarketplaceIndex {
    const NAME: &'static str = "marketplaceIndexes";
    const PRIMARY_KEY: &'static str = "sourceId";
    const INDEXES: &'static [&'static str] = &["cachedAt", "expiresAt"];
    const DIRECTION: Direction = Direction::DeviceOnly;
    const MAX_VALUE_BYTES: usize = LARGE_VALUE_BYTES;
}
