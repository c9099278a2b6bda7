//! A project of a document: checked like a project of a put, and converted to a staged row.

use serde::Serialize;
use serde_json::value::RawValue;

use super::requests::{MAX_ID_CHARS, MAX_NAME_CHARS, require_document_size};
use crate::error::ApiError;
use crate::json::check::ValidationErrors;
use crate::json::members::{Members, object};
use crate::json::{DataLimits, FreeJson, Timestamp, decode};
use crate::models::import::StagedRow;

/// A staged project.
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

/// The members beside the document, in both forms.
const BESIDE_DOCUMENT: [&str; 5] = ["id", "name", "parentId", "thumbnailAssetId", "clientUpdatedAt"];
/// The other members of a project on the wire.
const ON_THE_WIRE: [&str; 4] = ["data", "createdAt", "updatedAt", "revision"];

/// Checks a project and converts it to a staged row. It has the form of the wire, with its document in `data`, or the form of LiteChat, in
/// which all other members are the document.
///
/// # Errors
/// `validation_failed` and `payload_too_large`, with pointers relative to the project.
pub fn read_row(row: Box<RawValue>, limits: DataLimits) -> Result<StagedRow, ApiError> {
    let value = object(row)?;
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
    let mut errors = ValidationErrors::default();
    errors.text("id", &id, 1, MAX_ID_CHARS);
    errors.text("name", name, 1, MAX_NAME_CHARS);
    errors.optional_text("parentId", parent_id.as_deref(), 1, MAX_ID_CHARS);
    errors.optional_text("thumbnailAssetId", thumbnail_asset_id.as_deref(), 1, MAX_ID_CHARS);
    if data.as_ref().is_some_and(|data| !data.is_object()) {
        errors.add("data", "invalid_type", "must be an object");
    }
    errors.into_result()?;
    require_document_size(data.as_ref(), limits)?;
    let data: Option<&RawValue> = data.as_ref().map(FreeJson::as_raw);
    let thumbnail_asset_id = thumbnail_asset_id.as_deref();
    let staged = ProjectValue { name, data, thumbnail_asset_id, client_updated_at, created_at, updated_at };
    Ok(StagedRow {
        value: serde_json::to_string(&staged).map_err(ApiError::internal)?,
        id,
        unique_name: None,
        links: vec![parent_id],
    })
}
