//! Sources of a marketplace: addresses of lists of packages. A key in an address, and headers, stay on the device.

use super::common::{Collection, Deserialize, MAX_NAME_CHARS, Timestamp, ToSchema, ValidationErrors};

/// A place with packages to install.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceSource {
    #[schema(example = "Community", min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(example = "https://market.example.org/index.json")]
    pub url: String,
    pub description: Option<String>,
    pub enabled: Option<bool>,
    pub last_refreshed: Option<Timestamp>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for MarketplaceSource {
    const NAME: &'static str = "marketplaceSources";
    const INDEXES: &'static [&'static str] = &["name", "url", "createdAt", "lastRefreshed"];
    const UNIQUE: &'static [&'static str] = &["name"];
    const SECRETS: &'static [&'static str] = &["headers"];
    const SERVICES: &'static [&'static str] = &["url"];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
