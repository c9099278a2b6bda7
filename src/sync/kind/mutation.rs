//! A mutation of a push, before and after it is decoded. Pointers are relative to the mutation.

use std::any::Any;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{ApiError, FieldError};
use crate::json::{Check, DataLimits, FreeJson, Object, decode_checked};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncOp {
    /// Creates, changes or restores a row.
    Put,
    Delete,
}

/// A mutation before it is decoded. Its key has 1 to 128 characters.
#[derive(Debug, Clone, Copy)]
pub struct RawMutation<'m> {
    pub op: SyncOp,
    pub key: &'m str,
    pub base_revision: Option<i64>,
    pub value: Option<&'m FreeJson>,
    /// The limits of values.
    pub limits: DataLimits,
}

impl RawMutation<'_> {
    /// The value, decoded as the body of a write.
    ///
    /// # Errors
    /// `validation_failed`, with pointers below `/value`.
    pub fn read<T: Check + for<'de> Deserialize<'de>>(&self) -> Result<T, ApiError> {
        let below_value = |error: ApiError| error.under("/value");
        let Object(value) = decode_checked::<Object<T>>(self.value()?.as_str().as_bytes()).map_err(below_value)?;
        Ok(value)
    }

    /// The value of a put.
    ///
    /// # Errors
    /// `validation_failed` at `/value` if there is none.
    pub fn value(&self) -> Result<&FreeJson, ApiError> {
        self.value.ok_or_else(|| self.invalid("/value", "a put needs a value"))
    }

    /// The revision from which a put was made.
    ///
    /// # Errors
    /// `validation_failed` at `/baseRevision` if there is none, or if it is below 0.
    pub fn base_revision(&self) -> Result<i64, ApiError> {
        match self.base_revision {
            Some(base) if base >= 0 => Ok(base),
            _ => Err(self.invalid("/baseRevision", "must be given, 0 for a new row")),
        }
    }

    /// The revision from which a put was made, of a kind that can do without.
    ///
    /// # Errors
    /// `validation_failed` at `/baseRevision` if it is below 0.
    pub fn known_base(&self) -> Result<Option<i64>, ApiError> {
        self.base_revision.map(|_| self.base_revision()).transpose()
    }

    /// The key as a UUID.
    ///
    /// # Errors
    /// `validation_failed` at `/key`.
    pub fn uuid(&self) -> Result<Uuid, ApiError> {
        self.key.parse().map_err(|_| self.invalid("/key", "must be a UUID"))
    }

    /// `validation_failed` with the code `invalid_value` at a member of the mutation.
    pub fn invalid(&self, pointer: &'static str, detail: &'static str) -> ApiError {
        ApiError::invalid(vec![FieldError::new(pointer, "invalid_value", detail)])
    }
}

/// A decoded change, in a type of its kind.
pub struct Change(Box<dyn Any + Send + Sync>);

impl Change {
    /// A change in the kind's own type.
    pub fn new<T: Any + Send + Sync>(change: T) -> Self {
        Self(Box::new(change))
    }

    /// The change in the kind's own type.
    ///
    /// # Errors
    /// `internal` if the change has another type.
    pub fn of<T: Any>(&self) -> Result<&T, ApiError> {
        self.0.downcast_ref().ok_or_else(|| ApiError::internal("a change of another kind"))
    }
}

/// A decoded mutation.
pub struct Mutation {
    pub key: String,
    pub change: Change,
}
