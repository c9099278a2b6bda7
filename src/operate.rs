//! Commands of those who run the server, about signing in: the keys of the JWTs, and who administers.

use crate::auth::admin;
use crate::auth::signing_keys::SigningKeys;
use crate::boot::{BootError, of_api, prepare_schema, say, with_database};
use crate::config::Config;
use crate::embedded::secret;

/// Another key signs JWTs from now on; tokens that are out stay good until they expire.
pub async fn rotate_keys(mut config: Config) -> Result<(), BootError> {
    config.auth.secret = Some(secret::of(&config)?);
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let kid = SigningKeys::of(&config, db).map_err(of_api)?.rotate().await.map_err(of_api)?;
        say(&format!("Key {kid} signs from now on; running servers take it within a minute.\n"));
        Ok(())
    })
    .await
}

/// Makes the person with this address an administrator, or an ordinary user again.
pub async fn set_role(config: Config, email: String, role: &'static str) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        match admin::set_role(&db, &email, role).await.map_err(of_api)? {
            Some(user) => {
                say(&format!("{} has the role {role} now.\n", user.email));
                Ok(())
            }
            None => Err(BootError::Other(format!("Nobody has signed in as {email} yet"))),
        }
    })
    .await
}
