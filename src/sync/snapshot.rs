//! A read that is whole: everything in it is of one moment.

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use futures_util::future::BoxFuture;

use crate::db::{Conn, DbError};
use crate::error::ApiError;

/// Runs `read` in one snapshot. It waits for no writer and no writer waits for it.
pub async fn in_snapshot<T, F>(conn: &mut Conn, read: F) -> Result<T, ApiError>
where
    F: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, ApiError>>,
{
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    AnsiTransactionManager::begin_transaction_sql(&mut **conn, BEGIN).await.map_err(DbError::from)?;
    let result = read(conn).await;
    // Nothing was written, so commit and rollback are the same; an error is the read's own.
    let _ = AnsiTransactionManager::commit_transaction(&mut **conn).await;
    result
}
