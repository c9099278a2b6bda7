//! LANDFALL_SECRET for development: made once, kept in the data folder, readable by its owner alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rand::TryRngCore as _;

use super::EmbeddedError;
use crate::config::{Config, Secret};

/// The configured secret, or the data folder's. Production has one in its configuration.
pub fn of(config: &Config) -> Result<Secret, EmbeddedError> {
    if let Some(secret) = &config.auth.secret {
        return Ok(secret.clone());
    }
    let dir = &config.data_dir;
    std::fs::create_dir_all(dir)
        .map_err(EmbeddedError::io(format!("The data folder {} can't be made", dir.display())))?;
    let path = dir.join("secret");
    // Of two servers that start together one makes it; a file that appears whole is never read half written.
    let draft = dir.join(format!("secret.{}", std::process::id()));
    let failed = |path: &std::path::Path| EmbeddedError::io(format!("{} can't be used", path.display()));
    if !path.exists() {
        let mut bytes = [0u8; 32];
        rand::rngs::OsRng
            .try_fill_bytes(&mut bytes)
            .map_err(|error| EmbeddedError(format!("There is no random source: {error}.")))?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&draft)
            .map_err(failed(&draft))?;
        file.write_all(hex::encode(bytes).as_bytes()).map_err(failed(&draft))?;
        file.sync_all().map_err(failed(&draft))?;
        match std::fs::hard_link(&draft, &path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(&path)(error)),
            _ => std::fs::remove_file(&draft).map_err(failed(&draft))?,
        }
    }
    let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
    Ok(Secret::new(text.trim()))
}
