//! Provider configurations: which service answers, and with which models. The key is elsewhere, and may be on the device alone.

use super::common::{
    Collection, Deserialize, FreeJson, MAX_NAME_CHARS, Reference, Report, Sealed, Timestamp, ToSchema,
};

/// How a provider of models is reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderConfig {
    #[schema(example = "My provider", min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(example = "openai-compatible")]
    pub r#type: String,
    pub is_enabled: Option<bool>,
    /// The key to use; null when that is deleted. It may be one that only the device has.
    pub api_key_id: Option<String>,
    #[serde(rename = "baseURL")]
    pub base_url: Option<String>,
    pub enabled_models: Option<Vec<String>>,
    pub auto_fetch_models: Option<bool>,
    /// As the provider lists them.
    pub fetched_models: Option<Vec<FreeJson>>,
    pub models_last_fetched_at: Option<Timestamp>,
    /// Whatever of it is secret.
    pub sealed: Option<Sealed>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for ProviderConfig {
    const NAME: &'static str = "providerConfigs";
    const INDEXES: &'static [&'static str] = &["name", "type", "apiKeyId"];
    const UNIQUE: &'static [&'static str] = &["name"];
    const REFERENCES: &'static [Reference] = &[Reference::link_to("apiKeyId", "apiKeys")];
    const SECRETS: &'static [&'static str] = &["apiKey"];

    fn check(&self, report: &mut Report) {
        report.text("name", &self.name, 1, MAX_NAME_CHARS);
        if let Some(sealed) = &self.sealed {
            report.within("sealed", |report| sealed.check(report));
        }
    }
}
