//! Errors of PostgreSQL, divided into outages, waits and faults.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use super::renewal;
use super::sqlstate::{self, Meaning};
use crate::config::RowSpace;
use crate::error::{ApiError, ErrorCode};

/// Why a statement or a connection failed.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database is not reachable, takes no writes or has no room, or no connection is free in time.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The settings of the connection can't be used. A sentence without its full stop.
    #[error("{0}")]
    Settings(String),
    /// A database function found no user version: the user was deleted at the same time.
    #[error("the user does not exist any more")]
    UserGone,
    /// A database function exceeded the user's quota of rows. Holds what the rows take up and what they may take up. Nothing was changed.
    #[error("the user's rows exceed their quota")]
    RowQuota { used: RowSpace, allowed: RowSpace },
    /// A lock was not free in time, or a statement was cancelled. Nothing was changed.
    #[error("busy: {0}")]
    Busy(String),
    /// The user's other reads took too long. Nothing was sent to the database.
    #[error("the other reads of the user take too long")]
    Crowded,
    /// Any other error of a statement.
    #[error("query failed: {}", describe(.0))]
    Query(DieselError),
}

impl From<DieselError> for DbError {
    /// An error that another server at the same address would cause also asks for new connections ([`renewal`]).
    fn from(error: DieselError) -> Self {
        let (kind, info) = match &error {
            DieselError::DatabaseError(kind, info) => (kind, info.as_ref()),
            // An earlier statement broke the connection.
            DieselError::BrokenTransactionManager => return Self::Unavailable(error.to_string()),
            _ => return Self::Query(error),
        };
        let Some(code) = sqlstate::of(info) else {
            return match kind {
                // The server gave no answer: the connection is closed.
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Unavailable(info.message().to_owned())
                }
                _ => Self::Query(error),
            };
        };
        if sqlstate::wants_new_connections(code) {
            renewal::request();
        }
        match sqlstate::meaning(code) {
            Meaning::Unavailable => Self::Unavailable(describe_database(info)),
            Meaning::Busy => Self::Busy(describe_database(info)),
            Meaning::UserGone => Self::UserGone,
            Meaning::Fault => Self::Query(error),
        }
    }
}

/// The error for the log.
fn describe(error: &DieselError) -> String {
    match error {
        DieselError::DatabaseError(_, info) => describe_database(info.as_ref()),
        other => other.to_string(),
    }
}

/// SQLSTATE, message, and the names of the table, the column and the constraint. Messages of class 22 quote the refused value, which is content of a
/// user, so they are left out. So are the details, which quote keys.
fn describe_database(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    let code = sqlstate::of(info).unwrap_or("no SQLSTATE");
    let mut text = code.to_owned();
    if !code.starts_with("22") {
        text.push_str(&format!(" {}", info.message()));
    }
    let names = [("table", info.table_name()), ("column", info.column_name()), ("constraint", info.constraint_name())];
    for (what, name) in names {
        if let Some(name) = name {
            text.push_str(&format!(", {what} {name}"));
        }
    }
    text
}

impl DbError {
    /// The error of a function that was called with this quota.
    pub fn of_function(error: DieselError, row_quota: Option<RowSpace>) -> Self {
        match (&error, row_quota) {
            (DieselError::DatabaseError(_, info), Some(allowed)) if sqlstate::of(info.as_ref()) == Some("LF002") => {
                let (bytes, rows) = info.details().unwrap_or_default().split_once(' ').unwrap_or_default();
                let used =
                    RowSpace { bytes: bytes.parse().unwrap_or_default(), rows: rows.parse().unwrap_or_default() };
                Self::RowQuota { used, allowed }
            }
            _ => error.into(),
        }
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Unavailable(_) | DbError::Settings(_) => Self::new(
                ErrorCode::DatabaseUnavailable,
                "Send the same request again: if it was stored after all, a repeat has no second effect.",
            )
            .caused_by(&error),
            DbError::UserGone => Self::unauthenticated(),
            DbError::RowQuota { used, allowed } => Self::row_quota_exceeded(*used, *allowed),
            DbError::Busy(_) => Self::new(
                ErrorCode::Busy,
                "Another write is not done yet, or the database took too long. Nothing was stored; send the same request again.",
            )
            .caused_by(&error),
            DbError::Crowded => Self::new(
                ErrorCode::Busy,
                "Your other requests are not done yet. Wait for their answers, and send the same request again.",
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
