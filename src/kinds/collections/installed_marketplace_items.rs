//! Items that were installed from a marketplace, each with its package. They stay when their source is deleted.

use super::common::{Collection, Deserialize, LARGE_VALUE_BYTES, Reference, Timestamp, ToSchema};
use serde::de::IgnoredAny;

/// An installed package. The package's id is its key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstalledMarketplaceItem {
    /// The source of the package. Null after the source is deleted.
    pub source_id: Option<String>,
    pub enabled: Option<bool>,
    /// The package, in the application's form.
    #[schema(value_type = Option<serde_json::Value>)]
    pub package: Option<IgnoredAny>,
    pub installed_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for InstalledMarketplaceItem {
    const NAME: &'static str = "installedMarketplaceItems";
    const PRIMARY_KEY: &'static str = "packageId";
    const INDEXES: &'static [&'static str] = &["sourceId", "installedAt"];
    const REFERENCES: &'static [Reference] = &[Reference::link_to("sourceId", "marketplaceSources")];
    const SECRETS: &'static [&'static str] = &["headers"];
    const MAX_VALUE_BYTES: usize = LARGE_VALUE_BYTES;
}
