//! `landfall admin`.

use super::output;
use crate::auth::admin;
use crate::boot::BootError;
use crate::boot::database::{prepare_schema, with_database};
use crate::config::Config;

/// Makes the user with this address an administrator.
///
/// # Errors
/// What the command prints as its failure.
pub async fn grant(config: Config, email: String) -> Result<(), BootError> {
    set_role(config, email, admin::ADMIN).await
}

/// Makes the user with this address an ordinary user again.
///
/// # Errors
/// What the command prints as its failure.
pub async fn revoke(config: Config, email: String) -> Result<(), BootError> {
    set_role(config, email, admin::USER).await
}

async fn set_role(config: Config, email: String, role: &'static str) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        match admin::set_role(&db, &email, role).await? {
            Some(user) => {
                output::print(&format!("{} has the role {role} now.\n", user.email));
                Ok(())
            }
            None => Err(BootError::Other(format!("Nobody has signed in as {email} yet"))),
        }
    })
    .await
}
