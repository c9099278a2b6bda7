//! The wire types of chats.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, FreeJson, Timestamp};
use crate::models::chat_message::ChatMessageRecord;
use crate::models::chat_session::{ChatSessionContent, ChatSessionRecord};

pub const MAX_TITLE_CHARS: usize = DataLimits::NAME_CHARS;
pub const MAX_PROJECT_ID_CHARS: usize = DataLimits::ID_CHARS;

/// A chat session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatSession {
    pub id: Uuid,
    #[schema(example = "Plans for the harbour")]
    pub title: String,
    /// The project of the session.
    #[schema(required = true)]
    pub project_id: Option<String>,
    #[schema(required = true)]
    pub metadata: Option<FreeJson>,
    /// Counts the changes of the session; a stored batch of messages is one.
    pub revision: i64,
    pub created_at: Timestamp,
    /// When the session or its messages last changed.
    pub updated_at: Timestamp,
}

impl From<&ChatSessionRecord> for ChatSession {
    fn from(row: &ChatSessionRecord) -> Self {
        Self {
            id: row.id,
            title: row.title.clone(),
            project_id: row.project_id.clone(),
            metadata: row.metadata.clone(),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The author of a message.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ChatRole {
    User,
    Assistant,
    System,
    Tool,
}

/// A stored message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    pub id: Uuid,
    /// The id that the device gave the message before it was stored.
    #[schema(required = true, example = "temp-0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69")]
    pub temp_id: Option<String>,
    pub session_id: Uuid,
    #[schema(value_type = ChatRole)]
    pub role: String,
    #[schema(example = "The tide turns at six.")]
    pub content: String,
    #[schema(required = true)]
    pub metadata: Option<FreeJson>,
    /// The order of the message within its session. At most 2^53 - 1, so that JavaScript represents it exactly.
    pub position: i64,
    /// 1: a message never changes. Its tombstone has 2.
    pub revision: i64,
    /// By the clock of the device that wrote it. It is for display and does not affect the order.
    pub created_at: Timestamp,
}

impl From<&ChatMessageRecord> for ChatMessage {
    fn from(row: &ChatMessageRecord) -> Self {
        Self {
            id: row.id,
            temp_id: row.temp_id.clone(),
            session_id: row.session_id,
            role: row.role.clone(),
            content: row.content.clone(),
            metadata: row.metadata.clone(),
            position: row.position,
            revision: row.revision(),
            created_at: row.created_at,
        }
    }
}

/// The title of a new session whose device gives none.
pub const NEW_TITLE: &str = "New chat";

/// A new chat session.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "id": "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69", "title": "Plans for the harbour" }))]
pub struct CreateSessionRequest {
    /// Chosen by the device. Made by the server if absent.
    pub id: Option<Uuid>,
    /// Without it, a new session has the title "New chat".
    #[schema(example = "Plans for the harbour", min_length = 1, max_length = 200)]
    title: Option<String>,
    #[schema(min_length = 1, max_length = 128)]
    project_id: Option<String>,
    /// At most 1 MiB.
    metadata: Option<FreeJson>,
}

impl CreateSessionRequest {
    /// The content of the session. `title`: the title where the request has none.
    pub fn into_content(self, title: &str) -> ChatSessionContent {
        let title = self.title.unwrap_or_else(|| title.to_owned());
        ChatSessionContent { title, project_id: self.project_id, metadata: self.metadata }
    }
}

impl Check for CreateSessionRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("title", self.title.as_deref(), 1, MAX_TITLE_CHARS);
        errors.optional_text("projectId", self.project_id.as_deref(), 1, MAX_PROJECT_ID_CHARS);
        errors.bounded_object("metadata", self.metadata.as_ref(), DataLimits::METADATA_BYTES);
    }
}
