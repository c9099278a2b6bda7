//! `landfall keys`.

use super::output;
use crate::auth::signing_keys::SigningKeys;
use crate::boot::database::{prepare_schema, with_database};
use crate::boot::{BootError, secret};
use crate::config::Config;

/// Makes a new key that signs JWTs. Tokens of the old one are valid until they expire.
///
/// # Errors
/// What the command prints as its failure.
pub async fn rotate(mut config: Config) -> Result<(), BootError> {
    config.auth.secret = Some(secret::of(&config)?);
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let kid = SigningKeys::of(&config, db)?.rotate().await?;
        output::print(&format!("Key {kid} signs from now on; running servers use it within a minute.\n"));
        Ok(())
    })
    .await
}
