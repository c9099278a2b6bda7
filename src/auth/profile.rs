//! Changes of a user's own profile. They raise no user version: the ETag of init covers the profile.

use super::Sessions;
use crate::db::{Database, OwnerId};
use crate::error::ApiError;
use crate::models::user::{UserChanges, UserRecord};

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
    let (user, changed) = changes.apply(&mut conn, owner).await?.ok_or_else(ApiError::unauthenticated)?;
    drop(conn);
    if changed {
        sessions.refresh(owner).await?;
    }
    Ok(user)
}
