//! Which cursors can be continued.

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::sync::cursor::Cursor;
use crate::sync::registry::Kind;

/// Why a cursor can't be continued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResyncReason {
    /// The database was restored from a backup.
    Epoch,
    /// Tombstones that the device has not read may be removed.
    Horizon,
}

/// Refuses a cursor that this server did not make: a position of one of the kinds is after something that is no id of the kind.
///
/// # Errors
/// `validation_failed` at `/cursor`.
pub fn require_ids(cursor: &Cursor, kinds: &[Kind]) -> Result<(), ApiError> {
    let is_id = |kind: &Kind| cursor.position(kind.name()).after.is_none_or(|id| kind.table().is_id(&id));
    match kinds.iter().all(is_id) {
        true => Ok(()),
        false => Err(ApiError::invalid(vec![FieldError::new(
            "/cursor",
            "invalid_value",
            "must be a cursor that the server gave",
        )])),
    }
}

/// Refuses a cursor with a newer version than the database: the database was restored to an older state.
///
/// # Errors
/// `resync_required` with the reason `epoch`.
pub fn require_version(cursor: &Cursor, version: i64) -> Result<(), ApiError> {
    if cursor.newest() > version { Err(resync(ResyncReason::Epoch)) } else { Ok(()) }
}

/// Refuses a cursor that may have missed deletes of the wanted kinds.
///
/// # Errors
/// `resync_required` with the reason `horizon`.
pub fn require_deletes(cursor: &Cursor, kinds: &[Kind], horizon: i64) -> Result<(), ApiError> {
    match kinds.iter().any(|kind| cursor.position(kind.name()).is_behind(horizon)) {
        true => Err(resync(ResyncReason::Horizon)),
        false => Ok(()),
    }
}

/// The refusal of a cursor.
pub fn resync(reason: ResyncReason) -> ApiError {
    let (word, detail) = match reason {
        ResyncReason::Epoch => (
            "epoch",
            "The database was restored from a backup: offer again what it may have lost, then pull without a cursor.",
        ),
        ResyncReason::Horizon => (
            "horizon",
            "This device was away for longer than deletes are remembered: pull without a cursor, and keep what is not sent yet.",
        ),
    };
    ApiError::new(ErrorCode::ResyncRequired, detail).with_reason(word)
}
