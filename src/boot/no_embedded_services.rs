//! A program without the cargo feature `embedded` starts no services: it names the settings that it needs.

use secrecy::SecretString;

use super::BootError;
use crate::config::{Config, StorageConfig};

/// Nothing is ever started.
#[derive(Default)]
pub struct EmbeddedServices {}

impl EmbeddedServices {
    /// # Errors
    /// Always: the settings that are missing.
    pub async fn start_postgres(&mut self, config: &Config) -> Result<SecretString, BootError> {
        Err(missing(config))
    }

    /// # Errors
    /// Always: the settings that are missing.
    pub async fn start_s3(&mut self, config: &Config) -> Result<StorageConfig, BootError> {
        Err(missing(config))
    }

    pub fn server_role_url(&self) -> Option<SecretString> {
        None
    }

    pub fn describe_database(&self, _: &Config) -> Option<String> {
        None
    }

    pub fn describe_storage(&self, _: &Config) -> Option<String> {
        None
    }

    pub async fn stop(self) {}
}

fn missing(config: &Config) -> BootError {
    let database = config.database.url.is_none().then_some("DATABASE_URL");
    let storage = config.storage.is_none().then_some("GARAGE_ENDPOINT (or S3_BUCKET, or R2_ACCOUNT_ID)");
    let names: Vec<&str> = database.into_iter().chain(storage).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    BootError::Other(format!(
        "{} {verb} not set, and this program is built without the embedded PostgreSQL and S3 (cargo feature `embedded`)",
        names.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::config::{Config, Env};

    #[test]
    fn sentence_names_what_is_missing() {
        let sentence =
            |env: &Env| Config::from_env(env).map(|config| missing(&config).to_string()).map_err(|error| error.0);
        let built =
            "not set, and this program is built without the embedded PostgreSQL and S3 (cargo feature `embedded`).";
        let storage = "GARAGE_ENDPOINT (or S3_BUCKET, or R2_ACCOUNT_ID)";
        assert_eq!(sentence(&Env::from_pairs([])), Ok(format!("DATABASE_URL and {storage} are {built}")));
        assert_eq!(
            sentence(&Env::from_pairs([("DATABASE_URL", "postgres://db/x")])),
            Ok(format!("{storage} is {built}"))
        );
    }
}
