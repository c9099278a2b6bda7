//! Tags: names that group rules. Their links to rules are deleted with them.

use super::common::{Collection, Deserialize, MAX_NAME_CHARS, Timestamp, ToSchema, ValidationErrors};

/// A name that groups rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    #[schema(example = "todo", min_length = 1, max_length = 200)]
    pub name: String,
    pub description: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl Collection for Tag {
    const NAME: &'static str = "tags";
    const INDEXES: &'static [&'static str] = &["name", "createdAt", "updatedAt"];
    const UNIQUE: &'static [&'static str] = &["name"];

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("name", &self.name, 1, MAX_NAME_CHARS);
    }
}
