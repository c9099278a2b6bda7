//! What an error of PostgreSQL means to us: away, or a fault.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{ApiError, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Not reachable, restarting, or no connection free in time.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A database function found no space: the user was deleted a moment ago.
    #[error("the user is gone")]
    UserGone,
    /// Somebody else held a lock for too long; nothing was changed.
    #[error("waited too long for a lock")]
    Locked,
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

/// diesel hides the SQLSTATE (57P01..57P03, 53300, class 08), so the English text has to do. From a server that speaks another language such an
/// error is a 500 once; the connection is gone then, and the next request finds the outage by itself.
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
