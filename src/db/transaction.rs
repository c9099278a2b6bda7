//! Opens, commits and rolls back transactions. Two kinds have statements of their own: the reads of a user's data, whose BEGIN and COMMIT are pipelined
//! (`sync/user_tx.rs`, `db/read_conn.rs`), probes of the database (`db/ability.rs`, `db/pooler.rs`), and the snapshot that pg_dump shares (`db/snapshot.rs`).

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};

use super::DbError;

/// Begins a read-write transaction.
pub const BEGIN: &str = "BEGIN";

/// Runs `work` in a transaction that the statement `begin` opens. An error of `work` rolls it back.
///
/// # Errors
/// The error of `work`, or a [`DbError`] where the transaction can't be opened or committed.
pub async fn transaction<T, E: From<DbError>>(
    conn: &mut AsyncPgConnection,
    begin: &str,
    work: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
) -> Result<T, E> {
    open(conn, begin).await?;
    match work(conn).await {
        Ok(value) => {
            commit(conn).await?;
            Ok(value)
        }
        Err(error) => {
            roll_back(conn).await;
            Err(error)
        }
    }
}

/// Opens a transaction that outlives the calling function. [`commit`] or [`roll_back`] ends it.
pub(crate) async fn open(conn: &mut AsyncPgConnection, begin: &str) -> Result<(), DbError> {
    AnsiTransactionManager::begin_transaction_sql(conn, begin).await.map_err(DbError::from)
}

/// Opens a savepoint inside a transaction. [`commit`] or [`roll_back`] ends it.
pub(crate) async fn open_savepoint(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    AnsiTransactionManager::begin_transaction(conn).await.map_err(DbError::from)
}

pub(crate) async fn commit(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    AnsiTransactionManager::commit_transaction(conn).await.map_err(DbError::from)
}

/// Rolls back. A failure is ignored: the connection is broken then, the pool closes it, and PostgreSQL rolls back.
pub(crate) async fn roll_back(conn: &mut AsyncPgConnection) {
    let _ = AnsiTransactionManager::rollback_transaction(conn).await;
}
