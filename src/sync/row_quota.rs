//! The quota of rows at the end of a write.

use crate::db::{DbError, UserTx, transaction};
use crate::error::ApiError;
use crate::models::user_version;

/// Raises the user's version, and returns it. The statement also returns what the user's rows take up now.
///
/// # Errors
/// `quota_exceeded` if that exceeds the quota and is more than before; the transaction is rolled back then. Those of the database.
pub async fn raise_within_quota(tx: &mut UserTx) -> Result<i64, ApiError> {
    let (version, writes) = (tx.next_version(), tx.writes());
    let used = user_version::raise(tx.as_conn(), version, writes).await.map_err(DbError::from)?;
    if used.exceeds(tx.row_quota(), tx.used()) {
        transaction::roll_back(tx.conn()).await;
        return Err(ApiError::row_quota_exceeded(tx.used(), tx.row_quota()));
    }
    Ok(version)
}
