//! LANDFALL_SECRET for development: made once and kept in the data folder, readable by its owner only.

use std::fs::OpenOptions;
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::SecretString;

use super::BootError;
use crate::config::Config;

/// The configured secret, or the data folder's. Production always has a configured one.
///
/// # Errors
/// If the data folder can't be made or the file can't be used.
pub fn of(config: &Config) -> Result<SecretString, BootError> {
    if let Some(secret) = &config.auth.secret {
        return Ok(secret.clone());
    }
    let dir = &config.data_dir;
    std::fs::create_dir_all(dir).map_err(failed(format!("The data folder {} can't be made", dir.display())))?;
    let path = dir.join("secret");
    if !path.exists() {
        make(dir, &path)?;
    }
    let text = std::fs::read_to_string(&path).map_err(unusable(&path))?;
    Ok(SecretString::from(text.trim()))
}

/// Writes a draft and links it to `path`, so that the file is complete when it appears. Of two servers that start together one makes it.
fn make(dir: &Path, path: &Path) -> Result<(), BootError> {
    let mut bytes = [0u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| BootError::Other("There is no random source".to_owned()))?;
    let draft = dir.join(format!("secret.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)
        .map_err(unusable(&draft))?;
    file.write_all(hex::encode(bytes).as_bytes()).map_err(unusable(&draft))?;
    file.sync_all().map_err(unusable(&draft))?;
    match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(unusable(path)(error)),
        _ => std::fs::remove_file(&draft).map_err(unusable(&draft)),
    }
}

fn unusable(path: &Path) -> impl FnOnce(Error) -> BootError {
    failed(format!("{} can't be used", path.display()))
}

fn failed(what: String) -> impl FnOnce(Error) -> BootError {
    move |error| BootError::Other(format!("{what}: {error}"))
}
