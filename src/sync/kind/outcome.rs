//! The outcome of a mutation.

use crate::error::{ApiError, ErrorCode};
use crate::json::Timestamp;
use crate::sync::idempotency::{Rejection, StoredOutcome};
use crate::sync::user_tx::Outcome;

/// A row after its mutation was applied.
#[derive(Debug, Clone)]
pub struct AppliedRow {
    /// The row's id. A message's id may differ from its mutation's key.
    pub key: String,
    /// The row's own counter.
    pub revision: i64,
    pub updated_at: Timestamp,
    /// True if the mutation created the row.
    pub created: bool,
}

/// The outcome of one mutation.
#[derive(Debug)]
pub enum MutationOutcome {
    Applied(Outcome<AppliedRow>),
    /// Another revision is stored, or no row is.
    Conflict,
    /// The mutation is refused, also when it is repeated. Pointers are relative to the mutation.
    Refused(ApiError),
}

impl MutationOutcome {
    /// The outcome of a write's result. `revision_conflict` is a conflict, other errors of the request are refusals.
    ///
    /// # Errors
    /// Any other error. It ends the transaction.
    pub fn of(result: Result<Outcome<AppliedRow>, ApiError>) -> Result<Self, ApiError> {
        match result {
            Ok(outcome) => Ok(Self::Applied(outcome)),
            Err(error) if error.code == ErrorCode::RevisionConflict => Ok(Self::Conflict),
            Err(error) => Self::refused(error),
        }
    }

    /// The outcome of a refused mutation.
    ///
    /// # Errors
    /// The error itself, if it is not an error of the request.
    pub fn refused(error: ApiError) -> Result<Self, ApiError> {
        match Rejection::of(&error) {
            Some(_) => Ok(Self::Refused(error)),
            None => Err(error),
        }
    }
}

impl From<AppliedRow> for StoredOutcome {
    fn from(row: AppliedRow) -> Self {
        let AppliedRow { key, revision, updated_at, created } = row;
        Self::Applied { key, revision, updated_at, created }
    }
}
