//! Changes of a user's own profile. They raise no user version: the ETag of init covers the profile.

use diesel_async::AsyncPgConnection;

use super::Sessions;
use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, OwnerId};
use crate::error::ApiError;
use crate::models::user::{NewUser, UserChanges, UserRecord};

/// Creates a user. `None`: another user has the email address.
///
/// # Errors
/// Those of the database.
pub async fn create(conn: &mut AsyncPgConnection, new: &NewUser<'_>) -> Result<Option<UserRecord>, ApiError> {
    let insert = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> { Ok(new.insert(conn).await?) };
    transaction(conn, BEGIN, insert).await
}

/// Changes the profile and returns the user. When it returns, every session has the new profile.
///
/// # Errors
/// `unauthenticated` where the user was deleted.
pub async fn change(
    db: &Database,
    sessions: &Sessions,
    owner: &OwnerId,
    changes: &UserChanges,
) -> Result<UserRecord, ApiError> {
    let mut conn = db.conn().await?;
    let apply = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> {
        changes.apply(conn, owner).await?.ok_or_else(ApiError::unauthenticated)
    };
    let (user, changed) = transaction(&mut conn, BEGIN, apply).await?;
    drop(conn);
    if changed {
        sessions.refresh(owner).await?;
    }
    Ok(user)
}
