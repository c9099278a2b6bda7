//! Opens the object storage, embedded or configured.

use super::{BootError, EmbeddedServices};
use crate::config::Config;
use crate::storage::Storage;

/// A configured storage that does not answer is a warning: text syncs without it.
///
/// # Errors
/// If the embedded storage can't be started, or its bucket can't be made.
pub async fn open(config: &Config, embedded: &mut EmbeddedServices) -> Result<Storage, BootError> {
    let Some(settings) = &config.storage else {
        let storage = Storage::new(&embedded.start_s3(config).await?);
        storage.ensure_bucket().await?;
        return Ok(storage);
    };
    let storage = Storage::new(settings);
    if let Err(error) = storage.check().await {
        tracing::warn!(%error, "the object storage does not answer; files will not work until it does");
    } else if let Err(error) = storage.allow_pages(&origins(config)).await {
        tracing::warn!(%error, "the bucket's CORS rules can't be set; pages may not be able to use links to files");
    }
    Ok(storage)
}

/// The origins whose pages may use links to files.
pub fn origins(config: &Config) -> Vec<String> {
    let server = &config.server;
    match server.allow_loopback_origins {
        true => vec!["*".to_owned()],
        false => server.allowed_origins.iter().chain([&server.public_url]).cloned().collect(),
    }
}
