//! Who administers: named by `landfall admin grant`, or by LANDFALL_ADMIN_EMAILS at sign-in.

use crate::config::AuthConfig;
use crate::db::{Database, DbError};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::user::{self, UserChanges, UserRecord};

use super::Sessions;

pub const ADMIN: &str = "admin";
pub const USER: &str = "user";

/// The role that an address gives to its owner, if the provider has verified it.
pub fn role_of<'a>(config: &AuthConfig, email: &str, verified: bool) -> Option<&'a str> {
    (verified && config.admin_emails.iter().any(|admin| admin == email)).then_some(ADMIN)
}

/// Makes somebody an administrator, or takes it away; holds at once in every server. `None`: nobody has the address.
pub async fn set_role(db: &Database, email: &str, role: &str) -> Result<Option<UserRecord>, ApiError> {
    let mut conn = db.conn().await.map_err(ApiError::from)?;
    let Some(known) = user::find_by_email(&mut conn, &email.to_lowercase()).await.map_err(DbError::from)? else {
        return Ok(None);
    };
    let owner = OwnerId::of_authenticated(&known.id);
    let changes = UserChanges { role: Some(role.to_owned()), ..UserChanges::default() };
    let changed = changes.apply(&mut conn, &owner).await?;
    drop(conn);
    Sessions::new(db.clone()).refresh(&owner).await?;
    Ok(changed.map(|(user, _)| user))
}
