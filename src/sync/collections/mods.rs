//! Mods: scripts that extend the application on the person's devices. The server never runs one.

use super::common::{Collection, Deserialize, MAX_NAME_CHARS, Report, Timestamp, ToSchema};

/// An extension: its script, or where that is fetched from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mod {
    #[schema(example = "Word count", min_length = 1, max_length = 200)]
    pub name: String,
    pub source_url: Option<String>,
    pub script_content: Option<String>,
    pub enabled: Option<bool>,
    /// Mods are loaded in this order.
    pub load_order: Option<f64>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Mod {
    const NAME: &'static str = "mods";
    const INDEXES: &'static [&'static str] = &["name", "loadOrder"];
    const UNIQUE: &'static [&'static str] = &["name"];

    fn check(&self, report: &mut Report) {
        report.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
