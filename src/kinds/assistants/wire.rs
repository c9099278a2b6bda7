//! The wire type of assistants.

use serde::Serialize;
use utoipa::ToSchema;

use super::status::AssistantStatus;
use crate::json::Timestamp;
use crate::models::assistant::AssistantRecord;

/// An assistant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assistant {
    /// A nanoid, unique over all users.
    #[schema(example = "V1StGXR8_Z5jdHi6B-myT")]
    pub id: String,
    /// The name that the device gave it. For its owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_id: Option<String>,
    #[schema(example = "Tide tables")]
    pub title: String,
    #[schema(example = "Reads tide tables and plans the day.")]
    pub desc: String,
    #[schema(example = "🌊")]
    pub emoji: String,
    #[schema(example = "You read tide tables. Answer with times.")]
    pub prompt: String,
    pub tags: Vec<String>,
    pub category: Vec<String>,
    pub is_public: bool,
    #[schema(value_type = AssistantStatus)]
    pub status: String,
    /// Why a reviewer has decided so. For the owner and administrators only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_note: Option<String>,
    /// The name that the owner had when it was created.
    #[schema(example = "Anna")]
    pub author: String,
    pub usage_count: i64,
    /// The mean rating. Absent without ratings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// The number of accepted writes of this assistant: its revision. Send it with a change or a delete.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When a reviewer published it for the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// When a reviewer decided for the last time. For the owner and administrators only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Timestamp>,
    /// Present in deleted assistants only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Assistant {
    /// The assistant as users see it who are neither its owner nor an administrator.
    pub fn for_others(self) -> Self {
        Self { temp_id: None, review_note: None, reviewed_at: None, ..self }
    }
}

impl From<AssistantRecord> for Assistant {
    fn from(row: AssistantRecord) -> Self {
        Self {
            id: row.id,
            temp_id: row.temp_id,
            title: row.title,
            desc: row.description,
            emoji: row.emoji,
            prompt: row.prompt,
            tags: row.tags,
            category: row.category,
            is_public: row.is_public,
            status: row.status,
            review_note: row.review_note,
            author: row.author,
            usage_count: row.usage_count,
            rating: row.rating,
            version: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
            published_at: row.published_at,
            reviewed_at: row.reviewed_at,
            deleted_at: row.deleted_at,
        }
    }
}
