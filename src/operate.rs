//! Commands of those who run the server: the keys of the JWTs, who administers, and the development storage by itself.

use crate::auth::admin;
use crate::auth::signing_keys::SigningKeys;
use crate::boot::{BootError, Signals, of_api, prepare_schema, say, with_database};
use crate::config::{Config, Environment, StorageConfig};
use crate::embedded::s3::EmbeddedS3;
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

/// The embedded object storage as a program of its own, until SIGINT or SIGTERM. Its key is LANDFALL_SECRET.
pub async fn serve_storage(config: Config, port: u16) -> Result<(), BootError> {
    if config.environment == Environment::Production {
        return Err(BootError::Other("The embedded object storage is for development".to_owned()));
    }
    let mut signals = Signals::new()?;
    let folder = config.data_dir.join("s3");
    let secret = secret::of(&config)?;
    EmbeddedS3::make_bucket(&folder)?;
    let s3 = EmbeddedS3::start_at(&folder, port, secret.expose()).await?;
    let StorageConfig { endpoint, bucket, access_key_id, .. } = &s3.config;
    say(&format!(
        "GARAGE_ENDPOINT={}\nGARAGE_BUCKET={bucket}\nGARAGE_ACCESS_KEY={access_key_id}\nGARAGE_REGION={}\n",
        endpoint.as_deref().unwrap_or_default(),
        s3.config.region,
    ));
    signals.next().await;
    s3.stop().await;
    Ok(())
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
