//! Mods: scripts that extend the application on the user's devices. The server does not run them. A password in a URL stays on the device.

use super::common::{
    Collection, Deserialize, LARGE_VALUE_BYTES, MAX_NAME_CHARS, Timestamp, ToSchema, ValidationErrors,
};

/// An extension: its script, or the URL of its script.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mod {
    #[schema(example = "Word count", min_length = 1, max_length = 200)]
    pub name: String,
    pub source_url: Option<String>,
    pub script_content: Option<String>,
    pub enabled: Option<bool>,
    /// The order in which mods are loaded.
    pub load_order: Option<f64>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Mod {
    const NAME: &'static str = "mods";
    const INDEXES: &'static [&'static str] = &["name", "loadOrder"];
    const UNIQUE: &'static [&'static str] = &["name"];
    const ADDRESSES: &'static [&'static str] = &["sourceUrl"];
    const MAX_VALUE_BYTES: usize = LARGE_VALUE_BYTES;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
