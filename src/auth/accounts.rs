//! The linked accounts of a user, with which the user can sign in.

use diesel_async::AsyncPgConnection;

use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, OwnerId};
use crate::error::{ApiError, ErrorCode};
use crate::models::account::{self, AccountRecord};
use crate::models::audit;

/// The user's accounts at providers.
///
/// # Errors
/// Those of the database.
pub async fn list(db: &Database, owner: &OwnerId) -> Result<Vec<AccountRecord>, ApiError> {
    Ok(account::list(&mut *db.conn().await?, owner).await?)
}

/// Unlinks the accounts for which `chosen` is true. All accounts of the user are locked first, so that two requests at the same time can't unlink
/// the last two.
///
/// # Errors
/// `not_found` where none is chosen, `last_account` where no account would be left.
pub async fn unlink(db: &Database, owner: &OwnerId, chosen: impl Fn(&AccountRecord) -> bool) -> Result<(), ApiError> {
    let mut conn = db.conn().await?;
    let delete = async |conn: &mut AsyncPgConnection| {
        let all = account::lock_all(conn, owner).await?;
        let ids: Vec<&str> = all.iter().filter(|account| chosen(account)).map(|account| account.id.as_str()).collect();
        match ids.len() {
            0 => return Err(ApiError::not_found()),
            gone if gone == all.len() => {
                return Err(ApiError::new(
                    ErrorCode::LastAccount,
                    "Link another account first: without this one there would be no way to sign in.",
                ));
            }
            _ => account::delete(conn, owner, &ids).await?,
        };
        for id in ids {
            audit::record(conn, owner.user_id(), ("account.unlink", "account"), Some(id), &[]).await?;
        }
        Ok(())
    };
    transaction(&mut conn, BEGIN, delete).await
}
