//! `landfall storage`.

use secrecy::ExposeSecret as _;

use super::output;
use crate::boot::signals::StopSignals;
use crate::boot::{BootError, secret};
use crate::config::{Config, Environment, StorageConfig};
use crate::embedded::s3::EmbeddedS3;

/// Serves the embedded object storage until SIGINT, SIGTERM or SIGHUP. Its secret key is LANDFALL_SECRET. Prints the settings of a server that uses it.
///
/// # Errors
/// What the command prints as its failure.
pub async fn serve(config: Config, port: u16) -> Result<(), BootError> {
    if config.environment == Environment::Production {
        return Err(BootError::Other("The embedded object storage is for development".to_owned()));
    }
    let mut signals = StopSignals::listen()?;
    let folder = config.data_dir.join("s3");
    let secret = secret::of(&config)?;
    EmbeddedS3::make_bucket(&folder)?;
    let s3 = EmbeddedS3::start_at(&folder, port, secret.expose_secret()).await?;
    let StorageConfig { endpoint, bucket, access_key_id, .. } = &s3.config;
    output::print(&format!(
        "GARAGE_ENDPOINT={}\nGARAGE_BUCKET={bucket}\nGARAGE_ACCESS_KEY={access_key_id}\nGARAGE_REGION={}\n",
        endpoint.as_deref().unwrap_or_default(),
        s3.config.region,
    ));
    signals.next().await;
    s3.stop().await;
    Ok(())
}
