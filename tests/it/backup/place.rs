//! A database and a bucket of their own, in a PostgreSQL whose version is that of the installed `pg_dump`.

use std::path::{Path, PathBuf};

use diesel_async::AsyncPgConnection;
use landfall::db::connect;
use landfall::embedded::postgres::{Cluster, RunAs};
use landfall::embedded::s3::EmbeddedS3;
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

use crate::support::{Process, storage_settings};

const SECRET: &str = "the secret of all servers in this place";

/// PostgreSQL's own programs of one version.
pub struct Programs {
    folder: PathBuf,
    cluster: Cluster,
    _data: TempDir,
}

impl Programs {
    /// `None`, and a printed line, where they are not installed.
    pub async fn start() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let folders = versions.map(|version| version.path().join("bin"));
        let has_all =
            |folder: &PathBuf| ["initdb", "pg_dump", "pg_restore"].iter().all(|name| folder.join(name).exists());
        let Some(folder) = folders.filter(has_all).max() else {
            println!(
                "skipped: initdb, pg_dump and pg_restore are not in one folder of /usr/lib/postgresql (apt-get install postgresql)"
            );
            return None;
        };
        let data = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(data.path(), folder.to_str(), RunAs::choose().await).await.unwrap();
        Some(Self { folder, cluster, _data: data })
    }

    /// An empty database and an empty bucket.
    pub async fn place(&self, name: &'static str) -> Place {
        self.cluster.ensure_database(name).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        EmbeddedS3::make_bucket(&data.path().join("s3")).unwrap();
        let bucket = EmbeddedS3::start_at(&data.path().join("s3"), 0, "secret").await.unwrap();
        let settings = [
            ("DATABASE_URL", self.cluster.url_of(name).expose_secret().to_owned()),
            ("PG_BIN", self.folder.display().to_string()),
            ("LANDFALL_SECRET", SECRET.to_owned()),
        ];
        let settings = settings.into_iter().chain(storage_settings(&bucket.config)).collect();
        Place { url: self.cluster.url_of(name), settings, _bucket: bucket, data }
    }

    pub async fn stop(self) {
        self.cluster.stop().await;
    }
}

/// A database and a bucket.
pub struct Place {
    pub url: SecretString,
    settings: Vec<(&'static str, String)>,
    _bucket: EmbeddedS3,
    data: TempDir,
}

impl Place {
    fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub async fn serve(&self) -> Process {
        Process::start(self.data.path(), &self.settings()).await
    }

    /// Runs a command. Its exit code, stdout and stderr.
    pub async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.run_with(&[], arguments).await
    }

    pub async fn run_with(&self, more: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String, String) {
        let settings = [&self.settings()[..], more].concat();
        let (status, said, errors) = Process::run_for_output(&settings, arguments).await;
        (status.code(), said, errors)
    }

    /// Runs a command that succeeds. Its stdout.
    pub async fn succeed(&self, arguments: &[&str]) -> String {
        let (code, said, errors) = self.run(arguments).await;
        assert_eq!(code, Some(0), "{arguments:?}: {errors}");
        said
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        connect(&self.url).await.unwrap()
    }
}

/// The folder as an argument.
pub fn text(folder: &Path) -> &str {
    folder.to_str().unwrap()
}
