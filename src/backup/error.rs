//! Why a backup or a restore ends.

use crate::db::DbError;
use crate::storage::StorageError;

/// A sentence for the operator, without its full stop.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BackupError(pub String);

impl BackupError {
    /// For `map_err`: `what` and the reason of the system.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

impl From<DbError> for BackupError {
    fn from(error: DbError) -> Self {
        Self(error.to_string())
    }
}

impl From<StorageError> for BackupError {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}
