//! Notes of a user about a conversation. They are deleted with it.

use super::common::{
    Collection, Deserialize, MAX_NAME_CHARS, Policy, Reference, Timestamp, ToSchema, ValidationErrors,
};

/// A note about a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub conversation_id: String,
    #[schema(example = "Ask about the tide", min_length = 1, max_length = 200)]
    pub title: String,
    pub text: Option<String>,
    /// Null when the tag is deleted.
    pub tag_id: Option<String>,
    pub created_at: Option<Timestamp>,
}

impl Collection for Note {
    const NAME: &'static str = "notes";
    const INDEXES: &'static [&'static str] = &["conversationId", "tagId", "createdAt"];
    const UNIQUE: &'static [&'static str] = &["title"];
    const REFERENCES: &'static [Reference] =
        &[Reference::part_of("conversationId", "conversations"), Reference::link_to("tagId", "tags")];
    const POLICY: Policy = Policy::Ask;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("title", &self.title, 1, MAX_NAME_CHARS);
    }
}
