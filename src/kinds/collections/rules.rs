//! Rules: reusable pieces of prompts. Their links to tags are deleted with them.

use super::common::{Collection, Deserialize, MAX_NAME_CHARS, Timestamp, ToSchema, ValidationErrors};

/// A reusable piece of a prompt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    #[schema(example = "Be brief", min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(example = "Answer in one sentence.")]
    pub content: String,
    /// Where it is inserted: `system`, `before`, `after`, `control`.
    #[schema(example = "system")]
    pub r#type: Option<String>,
    pub description: Option<String>,
    pub always_on: Option<bool>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Rule {
    const NAME: &'static str = "rules";
    const INDEXES: &'static [&'static str] = &["name", "type", "description", "createdAt", "updatedAt"];
    const UNIQUE: &'static [&'static str] = &["name"];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
