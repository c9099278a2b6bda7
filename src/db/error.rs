//! Errors of PostgreSQL, divided into outages and faults.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{ApiError, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database is not reachable or restarting, or no connection is free in time.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A database function found no user version: the user was deleted at the same time.
    #[error("the user does not exist any more")]
    UserGone,
    /// Another transaction held a lock for too long. Nothing was changed.
    #[error("a lock was not free in time")]
    Locked,
    /// Any other error of a statement.
    #[error("query failed: {0}")]
    Query(DieselError),
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, info) = &error else {
            return Self::Query(error);
        };
        if matches!(kind, DatabaseErrorKind::ClosedConnection) || is_outage(info.message()) {
            return Self::Unavailable(info.message().to_owned());
        }
        if info.message().contains("due to lock timeout") {
            return Self::Locked;
        }
        if info.message() == "user_gone" {
            return Self::UserGone;
        }
        Self::Query(error)
    }
}

/// Recognises an outage by PostgreSQL's English text, because diesel hides the SQLSTATE (57P01..57P03, 53300, class 08). With another language the
/// first such error is a 500. Its connection is closed then, and the next request finds the outage when it connects.
fn is_outage(message: &str) -> bool {
    ["terminating connection", "the database system is", "too many clients", "connection closed", "error communicating"]
        .iter()
        .any(|part| message.contains(part))
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Unavailable(_) => Self::new(
                ErrorCode::DatabaseUnavailable,
                "Send the same request again: if it was stored after all, a repeat has no second effect.",
            )
            .caused_by(&error),
            DbError::UserGone => Self::unauthenticated(),
            DbError::Locked => Self::new(
                ErrorCode::Busy,
                "Another write is not done yet. Nothing was stored; send the same request again.",
            )
            .caused_by(&error),
            DbError::Query(_) => Self::internal(&error),
        }
    }
}

impl From<DieselError> for ApiError {
    fn from(error: DieselError) -> Self {
        DbError::from(error).into()
    }
}
