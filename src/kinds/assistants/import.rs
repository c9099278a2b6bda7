//! An assistant of a document: checked like a new one, and converted to a staged row.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::requests::{AssistantInput, is_nanoid};
use super::search;
use super::status::AssistantStatus;
use crate::error::ApiError;
use crate::json::check::ValidationErrors;
use crate::json::members::object;
use crate::json::{Check, DataLimits, Timestamp, decode};
use crate::models::import::StagedRow;

/// An assistant as it is read. Members of the server are allowed and ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssistantValue {
    id: String,
    temp_id: Option<String>,
    title: Option<String>,
    desc: Option<String>,
    emoji: Option<String>,
    prompt: Option<String>,
    tags: Option<Vec<String>>,
    category: Option<Vec<String>>,
    is_public: Option<bool>,
    status: Option<AssistantStatus>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    /// When the first client's cache read it.
    #[serde(default, rename = "cachedAt")]
    _cached_at: Option<IgnoredAny>,
    #[serde(default, rename = "author")]
    _author: Option<String>,
    #[serde(default, rename = "usageCount")]
    _usage_count: Option<f64>,
    #[serde(default, rename = "rating")]
    _rating: Option<f64>,
    #[serde(default, rename = "version")]
    _version: Option<i64>,
    #[serde(default, rename = "reviewNote")]
    _review_note: Option<String>,
    #[serde(default, rename = "publishedAt")]
    _published_at: Option<Timestamp>,
    #[serde(default, rename = "reviewedAt")]
    _reviewed_at: Option<Timestamp>,
}

/// A staged assistant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StagedAssistant<'a> {
    title: &'a str,
    desc: &'a str,
    emoji: &'a str,
    prompt: &'a str,
    tags: &'a [String],
    category: &'a [String],
    words: String,
    is_public: bool,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

/// Checks an assistant and converts it to a staged row. What a reviewer decided elsewhere does not count here: a published assistant waits for a
/// review, and a rejected one becomes a draft.
///
/// # Errors
/// `validation_failed`, with pointers relative to the assistant.
pub fn read_row(row: Box<RawValue>) -> Result<StagedRow, ApiError> {
    let value: AssistantValue = decode(object(row)?.as_str().as_bytes())?;
    let input = AssistantInput {
        title: value.title,
        desc: value.desc,
        emoji: value.emoji,
        prompt: value.prompt,
        tags: value.tags,
        category: value.category,
        is_public: value.is_public,
        status: None,
    };
    let mut errors = ValidationErrors::default();
    if !is_nanoid(&value.id) {
        errors.add("id", "invalid_value", "must have 21 characters of A-Z, a-z, 0-9, _ and -");
    }
    errors.optional_text("tempId", value.temp_id.as_deref(), 1, DataLimits::ID_CHARS);
    input.check(&mut errors);
    if let Err(missing) = input.complete() {
        errors.extend(missing.errors);
    }
    errors.into_result()?;
    let content = input.complete()?;
    let staged = StagedAssistant {
        title: &content.title,
        desc: &content.description,
        emoji: &content.emoji,
        prompt: &content.prompt,
        tags: &content.tags,
        category: &content.category,
        words: search::words_of(&content),
        is_public: content.is_public,
        status: match value.status {
            Some(AssistantStatus::Pending | AssistantStatus::Published) => "pending",
            Some(AssistantStatus::Draft | AssistantStatus::Rejected) | None => "draft",
        },
        created_at: value.created_at,
        updated_at: value.updated_at,
    };
    let text = serde_json::to_string(&staged).map_err(ApiError::internal)?;
    Ok(StagedRow { id: value.id, value: text, unique_name: value.temp_id, links: Vec::new() })
}
