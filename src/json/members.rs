//! An object whose members are read by name, removed, and written as one text again. Their own text stays as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{FreeJson, decode, pointer};
use crate::error::{ApiError, FieldError};

/// The members of an object, each with its text.
pub struct Members<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

/// An object whose text will come back as it was sent, or what is wrong with it.
///
/// # Errors
/// `validation_failed` with all faults.
pub fn object(row: Box<RawValue>) -> Result<FreeJson, ApiError> {
    let value = FreeJson::from(row);
    if !value.is_object() {
        return Err(ApiError::invalid(vec![FieldError::new("", "invalid_type", "must be an object")]));
    }
    let faults = value.faults().into_iter().map(|fault| FieldError::new(fault.pointer, fault.code, fault.detail));
    let errors: Vec<FieldError> = faults.collect();
    if errors.is_empty() { Ok(value) } else { Err(ApiError::invalid(errors)) }
}

impl<'a> Members<'a> {
    /// The members of an object; none of another value.
    pub fn of(value: &'a FreeJson) -> Self {
        Self(serde_json::from_str(value.as_str()).unwrap_or_default())
    }

    /// Whether there is this member.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(Cow::as_ref)
    }

    /// `None` where it is left out or null.
    ///
    /// # Errors
    /// `validation_failed` below the member.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        decode(value.get().as_bytes()).map_err(|error| error.under(&pointer::join("", name)))
    }

    /// The value of a member that must be there.
    ///
    /// # Errors
    /// `validation_failed` at or below the member.
    pub fn required<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, ApiError> {
        self.get(name)?.ok_or_else(|| {
            ApiError::invalid(vec![FieldError::new(pointer::join("", name), "missing_member", "is required")])
        })
    }

    /// Removes a member. False if there is none.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As one text again.
    ///
    /// # Errors
    /// `internal`, which does not happen.
    pub fn text(&self) -> Result<String, ApiError> {
        serde_json::to_string(&self.0).map_err(ApiError::internal)
    }
}
