//! Advisory locks between the processes of one database. A lock lasts as long as its connection, so that a killed process releases it. The
//! connection must be a dedicated one that passes no pooler.

use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::DbError;

/// What is locked. The keys are ASCII text as numbers.
#[derive(Debug, Clone, Copy)]
pub enum Lock {
    /// Shared by every serving process. A command that needs all of them stopped takes it exclusively.
    Serving,
    /// Held by the process that removes expired rows.
    Retention,
    /// Held by the process that corrects the counters of users' rows.
    Recount,
    /// Held while a backup is made: no object is removed from the bucket.
    Backup,
}

impl Lock {
    fn key(self) -> i64 {
        i64::from_be_bytes(match self {
            Self::Serving => *b"lf-serve",
            Self::Retention => *b"lf-sweep",
            Self::Recount => *b"lf-count",
            Self::Backup => *b"lf-saves",
        })
    }
}

/// Takes the lock together with others, after an exclusive holder released it.
///
/// # Errors
/// A [`DbError`].
pub async fn share(conn: &mut AsyncPgConnection, lock: Lock) -> Result<(), DbError> {
    diesel::sql_query("SELECT pg_advisory_lock_shared($1)").bind::<BigInt, _>(lock.key()).execute(conn).await?;
    Ok(())
}

/// Takes the lock exclusively. False if another process holds it.
///
/// # Errors
/// A [`DbError`].
pub async fn try_exclusive(conn: &mut AsyncPgConnection, lock: Lock) -> Result<bool, DbError> {
    try_key(conn, lock.key()).await
}

/// [`try_exclusive`] by the key of a lock.
///
/// # Errors
/// A [`DbError`].
pub(super) async fn try_key(conn: &mut AsyncPgConnection, key: i64) -> Result<bool, DbError> {
    attempt(conn, key, "SELECT pg_try_advisory_lock($1) AS taken").await
}

/// Whether a process holds the lock exclusively. The connection may pass a pooler and must have no open transaction.
///
/// # Errors
/// A [`DbError`].
pub async fn is_exclusive(conn: &mut AsyncPgConnection, lock: Lock) -> Result<bool, DbError> {
    // The lock of this statement ends with it, and does not hinder others that ask.
    Ok(!attempt(conn, lock.key(), "SELECT pg_try_advisory_xact_lock_shared($1) AS taken").await?)
}

async fn attempt(conn: &mut AsyncPgConnection, key: i64, sql: &'static str) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let row: Row = diesel::sql_query(sql).bind::<BigInt, _>(key).get_result(conn).await?;
    Ok(row.taken)
}
