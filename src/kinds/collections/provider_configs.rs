//! Provider configurations: a service and its models. The key is an `apiKeys` row, which may be on the device only.

use super::common::{
    Collection, Deserialize, FreeJson, LARGE_VALUE_BYTES, MAX_NAME_CHARS, Reference, Sealed, Timestamp, ToSchema,
    ValidationErrors,
};

/// The configuration of a provider of models.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderConfig {
    #[schema(example = "My provider", min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(example = "openai-compatible")]
    pub r#type: String,
    pub is_enabled: Option<bool>,
    /// The key to use, which may be on the device only. Null after the key is deleted.
    pub api_key_id: Option<String>,
    #[serde(rename = "baseURL")]
    pub base_url: Option<String>,
    pub enabled_models: Option<Vec<String>>,
    pub auto_fetch_models: Option<bool>,
    /// The models as the provider lists them.
    pub fetched_models: Option<Vec<FreeJson>>,
    pub models_last_fetched_at: Option<Timestamp>,
    /// The secret part of the configuration.
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
    /// A provider may list hundreds of models.
    const MAX_VALUE_BYTES: usize = LARGE_VALUE_BYTES;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
        if let Some(sealed) = &self.sealed {
            errors.within("sealed", |errors| sealed.check(errors));
        }
    }
}
