//! Administrators: users whom `landfall admin grant` names, or whose address is in LANDFALL_ADMIN_EMAILS at sign-in.

use crate::config::AuthConfig;
use crate::db::{Database, DbError};
use crate::error::ApiError;
use crate::models::user::{self, UserChanges, UserRecord};

use super::Sessions;

pub const ADMIN: &str = "admin";
pub const USER: &str = "user";

/// The role that the configuration gives to a verified address.
pub fn role_of<'a>(config: &AuthConfig, email: &str, verified: bool) -> Option<&'a str> {
    (verified && config.admin_emails.iter().any(|admin| admin == email)).then_some(ADMIN)
}

/// Sets the role of the user with this address, at once in every server. `None` where no user has it.
///
/// # Errors
/// `database_unavailable` or `internal`.
pub async fn set_role(db: &Database, email: &str, role: &str) -> Result<Option<UserRecord>, ApiError> {
    let mut conn = db.conn().await.map_err(ApiError::from)?;
    let Some(known) = user::find_by_email(&mut conn, &email.to_lowercase()).await.map_err(DbError::from)? else {
        return Ok(None);
    };
    let owner = known.owner();
    let changes = UserChanges { role: Some(role.to_owned()), ..UserChanges::default() };
    let changed = changes.apply(&mut conn, &owner).await?;
    drop(conn);
    Sessions::new(db.clone()).refresh(&owner).await?;
    Ok(changed.map(|(user, _)| user))
}
