//! The data folder of a development server. One server at a time may use it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::EmbeddedError;

/// The data folder, with a lock that the operating system releases when the process ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the folder if needed, and locks it.
    ///
    /// # Errors
    /// A sentence for the operator where the folder can't be used or another server holds it.
    pub fn open(path: &Path) -> Result<Self, EmbeddedError> {
        std::fs::create_dir_all(path)
            .map_err(EmbeddedError::io(format!("The data folder {} can't be made", path.display())))?;
        let path = path
            .canonicalize()
            .map_err(EmbeddedError::io(format!("The data folder {} can't be read", path.display())))?;
        let lock_path = path.join("lock");
        // Rust opens files close-on-exec, so PostgreSQL does not inherit the lock.
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(EmbeddedError::io(format!("{} can't be opened", lock_path.display())))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(EmbeddedError(format!(
                "The data folder {} is in use by another Landfall server: stop that one, or set LANDFALL_DATA to another folder.",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => {
                Err(EmbeddedError(format!("{} can't be locked: {error}.", lock_path.display())))
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}
