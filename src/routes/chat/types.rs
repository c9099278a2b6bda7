//! Chats on the wire. The browser's tables follow from these types (`x-indexeddb`).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::models::chat_message::ChatMessageRecord;
use crate::models::chat_session::ChatSessionRecord;
use crate::openapi::IndexedTable;
use crate::wire::{FreeJson, Timestamp};

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatSession {
    pub id: Uuid,
    #[schema(example = "Plans for the harbour")]
    pub title: String,
    /// The project that it belongs to.
    #[schema(required = true)]
    pub project_id: Option<String>,
    #[schema(required = true)]
    pub metadata: Option<FreeJson>,
    /// The person's version that last changed this.
    pub revision: i64,
    pub created_at: Timestamp,
    /// When the session or its messages last changed.
    pub updated_at: Timestamp,
}

impl IndexedTable for ChatSession {
    const TABLE: &'static str = "chatSessions";
    const PRIMARY_KEY: &'static str = "id";
    const INDEXES: &'static [&'static str] = &["projectId", "updatedAt"];
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

/// Who speaks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatRole {
    User,
    Assistant,
    System,
    Tool,
}

impl ChatRole {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
            Self::Tool => "tool",
        }
    }
}

/// A message as it is stored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    pub id: Uuid,
    /// The id that the device gave it before it was stored.
    #[schema(required = true, example = "temp-0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69")]
    pub temp_id: Option<String>,
    pub session_id: Uuid,
    #[schema(value_type = ChatRole)]
    pub role: String,
    #[schema(example = "The tide turns at six.")]
    pub content: String,
    #[schema(required = true)]
    pub metadata: Option<FreeJson>,
    /// The server's order within a session. Fits JavaScript's numbers.
    pub position: i64,
    /// The person's version that last changed this.
    pub revision: i64,
    /// By the clock of the device that wrote it; shown to people, orders nothing.
    pub created_at: Timestamp,
}

impl IndexedTable for ChatMessage {
    const TABLE: &'static str = "chatMessages";
    const PRIMARY_KEY: &'static str = "id";
    const INDEXES: &'static [&'static str] = &["sessionId", "[sessionId+createdAt]", "[sessionId+position]"];
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
            revision: row.revision,
            created_at: row.created_at,
        }
    }
}
