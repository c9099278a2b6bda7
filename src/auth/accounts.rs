//! A person's ways to sign in.

use diesel_async::{AnsiTransactionManager, TransactionManager};

use crate::db::{Database, DbError};
use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;
use crate::models::account::{self, AccountRecord};

pub async fn list(db: &Database, owner: &OwnerId) -> Result<Vec<AccountRecord>, ApiError> {
    Ok(account::list(&mut *db.conn().await?, owner).await?)
}

/// Takes away the ways that `chosen` says, of which there must be one, but never the last: two that are unlinked at once in two tabs wait
/// for each other.
pub async fn unlink(db: &Database, owner: &OwnerId, chosen: impl Fn(&AccountRecord) -> bool) -> Result<(), ApiError> {
    let mut conn = db.conn().await?;
    AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
    let all = account::lock_all(&mut conn, owner).await?;
    let ids: Vec<&str> = all.iter().filter(|account| chosen(account)).map(|account| account.id.as_str()).collect();
    let refused = match ids.len() {
        0 => Some(ApiError::not_found()),
        gone if gone == all.len() => Some(ApiError::new(
            ErrorCode::LastAccount,
            "Link another account first: without this one there would be no way to sign in.",
        )),
        _ => None,
    };
    if let Some(error) = refused {
        // If even this fails, the pool throws the connection away, and PostgreSQL rolls back.
        let _ = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
        return Err(error);
    }
    account::delete(&mut conn, owner, &ids).await?;
    AnsiTransactionManager::commit_transaction(&mut *conn).await.map_err(DbError::from)?;
    Ok(())
}
