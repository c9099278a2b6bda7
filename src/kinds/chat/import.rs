//! Chat sessions and messages of a document: checked like those of a put, and converted to staged rows.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::batch::{MAX_CONTENT_CHARS, MAX_TEMP_ID_CHARS};
use super::wire::{ChatRole, MAX_PROJECT_ID_CHARS, MAX_TITLE_CHARS};
use crate::error::ApiError;
use crate::json::check::ValidationErrors;
use crate::json::members::object;
use crate::json::{DataLimits, FreeJson, Timestamp, decode};
use crate::models::import::StagedRow;

/// A chat session as it is read and staged. A `revision` is allowed and ignored.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SessionValue {
    #[serde(skip_serializing)]
    id: Uuid,
    title: String,
    #[serde(skip_serializing)]
    project_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<FreeJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing, default, rename = "revision")]
    _revision: Option<i64>,
}

/// Checks a chat session and converts it to a staged row.
///
/// # Errors
/// `validation_failed`, with pointers relative to the session.
pub fn read_session(row: Box<RawValue>) -> Result<StagedRow, ApiError> {
    let session: SessionValue = decode(object(row)?.as_str().as_bytes())?;
    let mut errors = ValidationErrors::default();
    errors.text("title", &session.title, 1, MAX_TITLE_CHARS);
    errors.optional_text("projectId", session.project_id.as_deref(), 1, MAX_PROJECT_ID_CHARS);
    errors.bounded_object("metadata", session.metadata.as_ref(), DataLimits::METADATA_BYTES);
    errors.into_result()?;
    let (value, id) = (text_of(&session)?, session.id.to_string());
    Ok(StagedRow { value, id, unique_name: None, links: vec![session.project_id] })
}

/// A chat message as it is read and staged. Its position follows from its order in the document.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MessageValue {
    #[serde(skip_serializing)]
    id: Uuid,
    #[serde(skip_serializing)]
    temp_id: Option<String>,
    #[serde(skip_serializing)]
    session_id: Uuid,
    role: ChatRole,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<FreeJson>,
    created_at: Timestamp,
    #[serde(skip_serializing, default, rename = "position")]
    _position: Option<i64>,
    #[serde(skip_serializing, default, rename = "revision")]
    _revision: Option<i64>,
}

/// Checks a chat message and converts it to a staged row.
///
/// # Errors
/// `validation_failed`, with pointers relative to the message.
pub fn read_message(row: Box<RawValue>) -> Result<StagedRow, ApiError> {
    let message: MessageValue = decode(object(row)?.as_str().as_bytes())?;
    let mut errors = ValidationErrors::default();
    errors.optional_text("tempId", message.temp_id.as_deref(), 1, MAX_TEMP_ID_CHARS);
    errors.text("content", &message.content, 0, MAX_CONTENT_CHARS);
    errors.bounded_object("metadata", message.metadata.as_ref(), DataLimits::METADATA_BYTES);
    errors.into_result()?;
    let (value, id, session_id) = (text_of(&message)?, message.id.to_string(), message.session_id.to_string());
    Ok(StagedRow { value, id, unique_name: message.temp_id, links: vec![Some(session_id)] })
}

fn text_of(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(ApiError::internal)
}
