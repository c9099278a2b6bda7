//! Prompt templates: prompts with variables.

use super::common::{
    Collection, Deserialize, FreeJson, MAX_NAME_CHARS, OtherMember, Timestamp, ToSchema, ValidationErrors,
};

/// A prompt with variables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptTemplate {
    #[schema(example = "Reply to a customer", min_length = 1, max_length = 200)]
    pub name: String,
    pub description: Option<String>,
    #[schema(example = "Answer {{customer}} politely.")]
    pub prompt: String,
    /// The variables: name, type, whether required.
    pub variables: Option<Vec<FreeJson>>,
    pub tags: Option<Vec<String>>,
    /// Names of tools to select.
    pub tools: Option<Vec<String>>,
    /// Names of rules to select.
    pub rules: Option<Vec<String>>,
    /// `prompt`, `task` or `agent`.
    pub r#type: Option<String>,
    /// The agent of a task.
    pub parent_id: Option<String>,
    pub structured_output: Option<FreeJson>,
    pub follow_ups: Option<Vec<String>>,
    /// The application may publish the template. The server shows it to its owner only.
    pub is_public: Option<bool>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for PromptTemplate {
    const NAME: &'static str = "promptTemplates";
    const INDEXES: &'static [&'static str] = &["name", "createdAt", "updatedAt"];
    const UNIQUE: &'static [&'static str] = &["name"];
    /// LiteChat writes agents and their tasks, which are templates, as a section of their own.
    const OTHER_MEMBERS: &'static [OtherMember] = &[OtherMember { name: "agents", as_key: None }];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
