//! What an error of PostgreSQL means to us: away, a refusal of one of our functions, or a fault.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{ApiError, ErrorCode};

/// Why a database function raised: nothing of its call was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    IdConflict,
    SessionDeleted,
    UnknownSession,
    UserGone,
}

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Not reachable, restarting, or no connection free in time.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// Refused, with the index of the element that was at fault.
    #[error("refused: {0:?} at {1}")]
    Refused(Refusal, usize),
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
        let refusal = match info.message() {
            "id_conflict" => Refusal::IdConflict,
            "session_deleted" => Refusal::SessionDeleted,
            "unknown_session" => Refusal::UnknownSession,
            "user_gone" => Refusal::UserGone,
            _ => return Self::Query(error),
        };
        match info.details().and_then(|index| index.parse().ok()) {
            Some(index) => Self::Refused(refusal, index),
            None => Self::Query(error),
        }
    }
}

/// diesel hides the SQLSTATE (57P01..57P03, 53300, class 08), so the text has to do. PostgreSQL speaks English to us: the
/// connection asks for it.
fn is_outage(message: &str) -> bool {
    ["terminating connection", "the database system is", "too many clients", "connection closed", "error communicating"]
        .iter()
        .any(|part| message.contains(part))
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Unavailable(_) => {
                Self::new(ErrorCode::DatabaseUnavailable, "Nothing was stored. Send the same request again.")
                    .caused_by(&error)
            }
            DbError::Refused(Refusal::UserGone, _) => Self::unauthenticated(),
            _ => Self::internal(&error),
        }
    }
}

impl From<DieselError> for ApiError {
    fn from(error: DieselError) -> Self {
        DbError::from(error).into()
    }
}
