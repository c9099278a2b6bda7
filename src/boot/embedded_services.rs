//! The database and the object storage that the program starts itself for development.

use std::path::PathBuf;

use secrecy::SecretString;

use super::BootError;
use crate::config::{Config, StorageConfig};
use crate::embedded::EmbeddedError;
use crate::embedded::data_dir::DataDir;
use crate::embedded::postgres::{Cluster, RunAs};
use crate::embedded::s3::EmbeddedS3;

/// What was started. Stopped last.
#[derive(Default)]
pub struct EmbeddedServices {
    cluster: Option<Cluster>,
    s3: Option<EmbeddedS3>,
    /// Locked until the services are stopped.
    data_dir: Option<DataDir>,
}

impl EmbeddedServices {
    /// Starts PostgreSQL, and returns its URL as the role that may change the schema.
    ///
    /// # Errors
    /// If there are no PostgreSQL programs, or the data folder is in use.
    pub async fn start_postgres(&mut self, config: &Config) -> Result<SecretString, BootError> {
        let data_dir = self.data_dir(config)?;
        tracing::info!("starting the embedded PostgreSQL");
        let binaries = config.database.embedded_binaries.as_deref();
        let cluster = Cluster::start(&data_dir, binaries, RunAs::choose().await).await?;
        Ok(self.cluster.insert(cluster).url())
    }

    /// Starts the S3 endpoint. The bucket may not exist yet.
    ///
    /// # Errors
    /// If the data folder is in use, or no port can be bound.
    pub async fn start_s3(&mut self, config: &Config) -> Result<StorageConfig, BootError> {
        let data_dir = self.data_dir(config)?;
        let s3 = EmbeddedS3::start(&data_dir.join("s3"), config.server.network()).await?;
        Ok(self.s3.insert(s3).config.clone())
    }

    /// The embedded database's URL as the role of a server; `None`: the database is not embedded.
    pub fn server_role_url(&self) -> Option<SecretString> {
        self.cluster.as_ref().map(Cluster::url_of_server)
    }

    /// The embedded database in words; `None`: it is not embedded.
    pub fn describe_database(&self, config: &Config) -> Option<String> {
        let major = self.cluster.as_ref()?.major;
        Some(format!("embedded PostgreSQL {major} in {}", config.data_dir.display()))
    }

    /// The embedded object storage in words; `None`: it is not embedded.
    pub fn describe_storage(&self, config: &Config) -> Option<String> {
        self.s3.as_ref().map(|_| format!("embedded S3 in {}", config.data_dir.display()))
    }

    /// Stops what was started.
    pub async fn stop(self) {
        if let Some(s3) = self.s3 {
            s3.stop().await;
        }
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }

    /// The data folder, locked at the first call.
    fn data_dir(&mut self, config: &Config) -> Result<PathBuf, EmbeddedError> {
        let data_dir = match self.data_dir.take() {
            Some(open) => open,
            None => DataDir::open(&config.data_dir)?,
        };
        Ok(self.data_dir.insert(data_dir).path().to_owned())
    }
}
