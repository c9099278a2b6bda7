//! Interactions: what was asked and answered, in the order of `index`. Deleted with their conversation.

use super::common::{Collection, Deserialize, FreeJson, Reference, Timestamp, ToSchema};
use serde::de::IgnoredAny;

/// A turn of a conversation: a prompt and its response.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Interaction {
    pub conversation_id: String,
    /// Place in the conversation; below 0 for those that are not shown in it.
    pub index: i64,
    #[schema(example = "message.user_assistant")]
    pub r#type: Option<String>,
    #[schema(example = "COMPLETED")]
    pub status: Option<String>,
    /// The interaction that this one is another version of.
    pub parent_id: Option<String>,
    pub prompt: Option<FreeJson>,
    /// A text, or whatever else the answer was.
    #[schema(value_type = Option<serde_json::Value>)]
    pub response: Option<IgnoredAny>,
    pub rating: Option<f64>,
    pub metadata: Option<FreeJson>,
    pub created_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl Collection for Interaction {
    const NAME: &'static str = "interactions";
    const INDEXES: &'static [&'static str] = &["conversationId", "index", "createdAt", "startedAt", "endedAt"];
    const REFERENCES: &'static [Reference] = &[Reference::part_of("conversationId", "conversations")];
}
