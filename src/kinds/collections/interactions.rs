//! Interactions: prompts and responses, in the order of `index`. They are deleted with their conversation.

use super::common::{Collection, Deserialize, FreeJson, LARGE_VALUE_BYTES, Reference, Timestamp, ToSchema};
use serde::de::IgnoredAny;

/// A prompt in a conversation, and its response.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Interaction {
    pub conversation_id: String,
    /// The order in the conversation. Below 0 for interactions that are not shown.
    pub index: i64,
    #[schema(example = "message.user_assistant")]
    pub r#type: Option<String>,
    #[schema(example = "COMPLETED")]
    pub status: Option<String>,
    /// The interaction of which this one is another version.
    pub parent_id: Option<String>,
    pub prompt: Option<FreeJson>,
    /// Any JSON, mostly text.
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
    const INDEXES: &'static [&'static str] =
        &["conversationId", "index", "type", "status", "parentId", "rating", "createdAt", "startedAt", "endedAt"];
    const REFERENCES: &'static [Reference] = &[Reference::part_of("conversationId", "conversations")];
    /// The files of a prompt are in it as text or base64.
    const MAX_VALUE_BYTES: usize = LARGE_VALUE_BYTES;
    const FILES: Option<&'static [&'static str]> = Some(&["prompt", "metadata", "attachedFiles"]);
}
