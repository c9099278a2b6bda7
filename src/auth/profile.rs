//! What a person may change of themselves. No version is raised: the login sync's ETag covers the profile.

use super::Sessions;
use crate::db::Database;
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::user::{UserChanges, UserRecord};

/// The person as they are now, in every session, when it returns.
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
