//! Administrators: users whom `landfall admin grant` names, or whose address is in LANDFALL_ADMIN_EMAILS at sign-in.

use diesel_async::AsyncPgConnection;

use crate::config::AuthConfig;
use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, DbError};
use crate::email;
use crate::error::{ApiError, FieldError};
use crate::models::user::{self, UserChanges, UserRecord};

use super::sessions::notify_changed;

/// The role of an administrator.
pub const ADMIN: &str = "admin";
/// The role of every other user.
pub const USER: &str = "user";

/// The role that the configuration gives to a verified address.
pub fn role_of<'a>(config: &AuthConfig, address: &str, verified: bool) -> Option<&'a str> {
    let is_listed = || config.admin_emails.iter().any(|admin| admin == address);
    (verified && email::identifies(address) && is_listed()).then_some(ADMIN)
}

/// Sets the role of the user with this address, at once in every server. `None` where no user has it.
///
/// # Errors
/// `validation_failed` for an address that can't make an administrator, `database_unavailable` or `internal`.
pub async fn set_role(db: &Database, address: &str, role: &str) -> Result<Option<UserRecord>, ApiError> {
    if role == ADMIN && !email::identifies(address) {
        let detail = "an administrator's address looks like anna@example.com and has ASCII letters only";
        return Err(ApiError::invalid(vec![FieldError::new("/email", "invalid_email", detail)]));
    }
    let mut conn = db.conn().await.map_err(ApiError::from)?;
    let Some(known) = user::find_by_email(&mut conn, &email::folded(address)).await.map_err(DbError::from)? else {
        return Ok(None);
    };
    let owner = known.owner();
    let changes = UserChanges { role: Some(role.to_owned()), ..UserChanges::default() };
    let apply = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> { Ok(changes.apply(conn, &owner).await?) };
    let changed = transaction(&mut conn, BEGIN, apply).await?;
    drop(conn);
    notify_changed(db, &owner).await?;
    Ok(changed.map(|(user, _)| user))
}
