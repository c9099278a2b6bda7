//! One row of a document: checked like a row that comes by any other door, and brought into the form in which it is staged.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::members::{Members, object};
use crate::error::ApiError;
use crate::models::import::StagedRow;
use crate::sync::collections::{Definition, MAX_ID_CHARS, check_row};
use crate::sync::transfer::Section;
use crate::wire::check::Report;
use crate::wire::{FreeJson, Timestamp, decode};

const MAX_NAME_CHARS: usize = 200;
const MAX_CONTENT_CHARS: usize = 1_000_000;

/// The row, or everything that is wrong with it; pointers begin at the row.
pub fn check(
    section: Section,
    key: Option<String>,
    text: &[u8],
    max_project_bytes: usize,
) -> Result<StagedRow, ApiError> {
    match section {
        Section::Records(definition) => record(definition, key, text),
        Section::Projects => project(text, max_project_bytes),
        Section::ChatSessions => session(text),
        Section::ChatMessages => message(text),
    }
}

fn record(definition: &'static Definition, key: Option<String>, text: &[u8]) -> Result<StagedRow, ApiError> {
    let (id, value, prefix) = match (definition.exported_as_map, key) {
        (Some(member), Some(key)) => {
            let value: FreeJson = decode(text)?;
            // What stands in a map has no name for its member, so no pointer has.
            (key, decode(format!("{{\"{member}\":{}}}", value.as_str()).as_bytes())?, format!("/value/{member}"))
        }
        _ => {
            let value = object(text)?;
            (Members::of(&value).required(definition.primary_key)?, value, "/value".to_owned())
        }
    };
    let mut report = Report::default();
    report.text(definition.primary_key, &id, 1, MAX_ID_CHARS);
    report.into_result()?;
    let derived = check_row(definition, &id, &value).map_err(|error| above(error, &prefix))?;
    let mut members = Members::of(&value);
    members.remove(definition.primary_key);
    Ok(StagedRow { value: members.text()?, id, unique_name: derived.unique_name, links: derived.links })
}

/// Pointers that begin with `prefix` begin behind it.
fn above(mut error: ApiError, prefix: &str) -> ApiError {
    for field in &mut error.errors {
        field.pointer = Cow::Owned(field.pointer.strip_prefix(prefix).unwrap_or_default().to_owned());
    }
    error
}

/// What a project is staged as.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProjectValue<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_asset_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

/// The members that stand beside the document in every form.
const BESIDE_DOCUMENT: [&str; 5] = ["id", "name", "parentId", "thumbnailAssetId", "clientUpdatedAt"];
/// Those that a project on the wire has as well.
const ON_THE_WIRE: [&str; 4] = ["data", "createdAt", "updatedAt", "revision"];

/// A project as on the wire, its document in `data`; or LiteChat's row, whose members are the document.
fn project(text: &[u8], max_bytes: usize) -> Result<StagedRow, ApiError> {
    let value = object(text)?;
    let mut members = Members::of(&value);
    let known = |name: &str| BESIDE_DOCUMENT.contains(&name) || ON_THE_WIRE.contains(&name);
    let on_the_wire = members.has("data") && members.names().all(known);
    let id: String = members.required("id")?;
    let name: Option<String> = members.get("name")?;
    let name = name.as_deref().unwrap_or("Untitled");
    let parent_id: Option<String> = members.get("parentId")?;
    let thumbnail_asset_id: Option<String> = members.get("thumbnailAssetId")?;
    let client_updated_at = members.get("clientUpdatedAt")?;
    let (mut created_at, mut updated_at) = (None, None);
    let data: Option<FreeJson> = if on_the_wire {
        (created_at, updated_at) = (members.get("createdAt")?, members.get("updatedAt")?);
        members.get("data")?
    } else {
        BESIDE_DOCUMENT.iter().for_each(|name| _ = members.remove(name));
        if members.is_empty() { None } else { Some(decode(members.text()?.as_bytes())?) }
    };
    let mut report = Report::default();
    report.text("id", &id, 1, MAX_ID_CHARS);
    report.text("name", name, 1, MAX_NAME_CHARS);
    report.optional_text("parentId", parent_id.as_deref(), 1, MAX_ID_CHARS);
    report.optional_text("thumbnailAssetId", thumbnail_asset_id.as_deref(), 1, MAX_ID_CHARS);
    if data.as_ref().is_some_and(|data| !data.is_object()) {
        report.add("data", "invalid_type", "must be an object");
    }
    if data.as_ref().is_some_and(|data| data.is_larger_than(max_bytes)) {
        report.add("data", "too_large", format!("may have {max_bytes} bytes at most"));
    }
    report.into_result()?;
    let data: Option<&RawValue> = data.as_ref().map(FreeJson::as_raw);
    let thumbnail_asset_id = thumbnail_asset_id.as_deref();
    let staged = ProjectValue { name, data, thumbnail_asset_id, client_updated_at, created_at, updated_at };
    Ok(StagedRow { value: text_of(&staged)?, id, unique_name: None, links: vec![parent_id] })
}

/// A chat session, read and staged. What is the server's may stand in it and is not looked at.
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

fn session(text: &[u8]) -> Result<StagedRow, ApiError> {
    object(text)?;
    let session: SessionValue = decode(text)?;
    let mut report = Report::default();
    report.text("title", &session.title, 1, MAX_NAME_CHARS);
    report.optional_text("projectId", session.project_id.as_deref(), 1, MAX_ID_CHARS);
    report.free_object("metadata", session.metadata.as_ref());
    report.into_result()?;
    let (value, id) = (text_of(&session)?, session.id.to_string());
    Ok(StagedRow { value, id, unique_name: None, links: vec![session.project_id] })
}

/// Who speaks.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    User,
    Assistant,
    System,
    Tool,
}

/// A chat message, read and staged. Its place follows from its place in the document.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MessageValue {
    #[serde(skip_serializing)]
    id: Uuid,
    #[serde(skip_serializing)]
    temp_id: Option<String>,
    #[serde(skip_serializing)]
    session_id: Uuid,
    role: Role,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<FreeJson>,
    created_at: Timestamp,
    #[serde(skip_serializing, default, rename = "position")]
    _position: Option<i64>,
    #[serde(skip_serializing, default, rename = "revision")]
    _revision: Option<i64>,
}

fn message(text: &[u8]) -> Result<StagedRow, ApiError> {
    object(text)?;
    let message: MessageValue = decode(text)?;
    let mut report = Report::default();
    report.optional_text("tempId", message.temp_id.as_deref(), 1, MAX_ID_CHARS);
    report.text("content", &message.content, 0, MAX_CONTENT_CHARS);
    report.free_object("metadata", message.metadata.as_ref());
    report.into_result()?;
    let (value, id, session_id) = (text_of(&message)?, message.id.to_string(), message.session_id.to_string());
    Ok(StagedRow { value, id, unique_name: message.temp_id, links: vec![Some(session_id)] })
}

fn text_of(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(ApiError::internal)
}
