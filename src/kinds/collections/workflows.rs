//! Workflows: sequences of prompts. Each prompt gets the response to the one before.

use super::common::{Collection, Deserialize, FreeJson, MAX_NAME_CHARS, Timestamp, ToSchema, ValidationErrors};
use serde::de::IgnoredAny;

/// A sequence of prompts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    #[schema(example = "Draft, review, send", min_length = 1, max_length = 200)]
    pub name: String,
    pub description: Option<String>,
    /// The steps, in their order.
    pub steps: Option<Vec<FreeJson>>,
    /// The steps in another form of the application's: JSON, or text with JSON.
    #[schema(value_type = Option<serde_json::Value>)]
    pub definition: Option<IgnoredAny>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Workflow {
    const NAME: &'static str = "workflows";
    const INDEXES: &'static [&'static str] = &["name", "createdAt", "updatedAt"];
    const UNIQUE: &'static [&'static str] = &["name"];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
