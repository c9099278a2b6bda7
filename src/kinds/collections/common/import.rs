//! A row of a document: checked like a row of a put, and converted to a staged row.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::checked::check;
use super::definition::Definition;
use super::{FreeJson, MAX_ID_CHARS, ValidationErrors};
use crate::error::ApiError;
use crate::json::decode;
use crate::json::members::{Members, object};
use crate::models::import::StagedRow;

/// Checks a row and converts it to a staged row. `key` is its member name in a section that is an object.
///
/// # Errors
/// The refusals of the row, with pointers relative to the row.
pub fn read_row(definition: &Definition, key: Option<String>, row: Box<RawValue>) -> Result<StagedRow, ApiError> {
    let (id, value, prefix) = match (definition.exported_as_map, key) {
        (Some(member), Some(key)) => {
            let value = FreeJson::from(row);
            // In a map, the value stands without the member's name, so pointers leave it out too.
            (key, decode(format!("{{\"{member}\":{}}}", value.as_str()).as_bytes())?, format!("/value/{member}"))
        }
        _ => {
            let value = object(row)?;
            (Members::of(&value).required(definition.primary_key)?, value, "/value".to_owned())
        }
    };
    let mut errors = ValidationErrors::default();
    errors.text(definition.primary_key, &id, 1, MAX_ID_CHARS);
    errors.into_result()?;
    // The value is checked as it is stored: the id that a document adds does not count.
    let mut members = Members::of(&value);
    members.remove(definition.primary_key);
    let stored: FreeJson = decode(members.text()?.as_bytes())?;
    let derived = check(definition, &id, &stored).map_err(|error| above(error, &prefix))?;
    Ok(StagedRow { value: stored.as_str().to_owned(), id, unique_name: derived.unique_name, links: derived.links })
}

/// Removes `prefix` from the beginning of pointers.
fn above(error: ApiError, prefix: &str) -> ApiError {
    error.moved(|pointer| Cow::Owned(pointer.strip_prefix(prefix).unwrap_or_default().to_owned()))
}
