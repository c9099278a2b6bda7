//! Why a command ends with exit code 1.

use crate::backup::BackupError;
use crate::config::ConfigError;
use crate::db::DbError;
use crate::db::migrate::MigrateError;
#[cfg(feature = "embedded")]
use crate::embedded::EmbeddedError;
use crate::error::ApiError;
use crate::storage::StorageError;

/// One clear sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[cfg(feature = "embedded")]
    #[error("{0}")]
    Embedded(#[from] EmbeddedError),
    #[error("Port {port} on {host} can't be used: {error}. Stop the program that has it, or set PORT to another one.")]
    Port { host: String, port: u16, error: std::io::Error },
    #[error("{}", database(.0))]
    Database(DbError),
    /// How many migrations and functions are pending.
    #[error("The database lacks {0} migrations or functions of this release: run `landfall migrate` first.")]
    NotMigrated(usize),
    #[error("The database could not be migrated: {0}.")]
    Migration(DbError),
    #[error("The bucket can't be made: {0}.")]
    Storage(#[from] StorageError),
    /// A sentence without its full stop.
    #[error("{0}.")]
    Other(String),
}

fn database(error: &DbError) -> String {
    match error {
        DbError::Settings(why) => format!("DATABASE_URL or DATABASE_DIRECT_URL: {why}."),
        other => format!("The database can't be reached: {other}. Check DATABASE_URL and that the server runs."),
    }
}

impl From<BackupError> for BootError {
    fn from(error: BackupError) -> Self {
        Self::Other(error.0)
    }
}

impl From<ApiError> for BootError {
    fn from(error: ApiError) -> Self {
        Self::Other(error.cause.unwrap_or(error.detail))
    }
}

impl From<MigrateError> for BootError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::BeforeFirstRelease => Self::Other(error.to_string()),
            MigrateError::Database(error) => Self::Migration(error),
        }
    }
}
