//! A private PostgreSQL cluster: created, started or adopted, and stopped. It listens on a unix socket in a folder that other users can't enter.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel_async::RunQueryDsl;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Child;
use tokio::time::{Instant, sleep};

use super::binaries::PgBinaries;
use super::run_as::RunAs;
use super::{process, socket_dir};
use crate::db::connect;
use crate::embedded::EmbeddedError;

/// The time limit of a start, which includes crash recovery of a large development database.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// The time in which processes of a killed cluster may block a start.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(10);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const DATABASE: &str = "landfall";

pub struct Cluster {
    dir: PathBuf,
    socket_dir: PathBuf,
    /// `None` where the cluster of an earlier server was adopted.
    child: Option<Child>,
    pub major: u32,
}

impl Cluster {
    /// Starts the cluster in `data_dir`, or adopts the one that runs there. The caller holds the lock of `data_dir`. `pg_bin` is the setting PG_BIN.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(data_dir: &Path, pg_bin: Option<&str>, run_as: RunAs) -> Result<Self, EmbeddedError> {
        let dir = run_as.reachable(&data_dir.join("postgres")).await?;
        let existing_major =
            std::fs::read_to_string(dir.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
        let binaries = PgBinaries::find(pg_bin, existing_major, run_as).await?;
        if existing_major.is_none() {
            initialise(&binaries, &dir, run_as).await?;
        }
        let socket_dir = socket_dir::for_cluster(&dir);
        run_as.own(&socket_dir)?;
        let mut cluster = Self { dir, socket_dir, child: None, major: binaries.major };
        match cluster.start_or_adopt(&binaries, data_dir, run_as).await {
            Ok(()) => Ok(cluster),
            Err(error) => {
                cluster.stop().await;
                Err(error)
            }
        }
    }

    async fn start_or_adopt(
        &mut self,
        binaries: &PgBinaries,
        data_dir: &Path,
        run_as: RunAs,
    ) -> Result<(), EmbeddedError> {
        if self.answers().await {
            tracing::info!("adopting the PostgreSQL that an earlier server left running");
        } else {
            self.start_postmaster(binaries, data_dir, run_as).await?;
        }
        self.ensure_database(DATABASE).await
    }

    /// The URL of a database of this cluster as libpq keywords, in which a path needs no escaping.
    pub fn url_of(&self, database: &str) -> SecretString {
        url_in(&self.socket_dir, database)
    }

    pub fn url(&self) -> SecretString {
        self.url_of(DATABASE)
    }

    /// The URL for the role `landfall_app`, which a server has in production.
    pub fn url_of_server(&self) -> SecretString {
        SecretString::from(self.url().expose_secret().replace("user=landfall ", "user=landfall_app "))
    }

    /// The folder of the socket, for programs with separate settings (pgbench, psql).
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    pub async fn stop(mut self) {
        if let Some(pid) = process::running_postmaster(&self.dir) {
            process::stop(pid, STOP_TIMEOUT).await;
        }
        if let Some(child) = &mut self.child {
            let _ = child.wait().await;
        }
        if !self.socket_dir.starts_with(&self.dir) {
            let _ = std::fs::remove_dir(&self.socket_dir);
        }
    }

    async fn start_postmaster(
        &mut self,
        binaries: &PgBinaries,
        data_dir: &Path,
        run_as: RunAs,
    ) -> Result<(), EmbeddedError> {
        let log_path = data_dir.join("postgres.log");
        let deadline = Instant::now() + ORPHAN_TIMEOUT;
        loop {
            let log =
                std::fs::File::create(&log_path).map_err(EmbeddedError::io("The database's log can't be written"))?;
            let errors = log.try_clone().map_err(EmbeddedError::io("The database's log can't be written"))?;
            let child = run_as
                .command(&binaries.dir.join("postgres"))
                .arg("-D")
                .arg(&self.dir)
                .arg("-k")
                .arg(&self.socket_dir)
                .args(["-c", "listen_addresses=", "-c", "lc_messages=C", "-c", "max_connections=100"])
                .stdout(log)
                .stderr(errors)
                .spawn()
                .map_err(EmbeddedError::io("PostgreSQL can't be started"))?;
            // Stored before the wait, so that `stop` ends the process after any error.
            let child = self.child.insert(child);
            if wait_until_ready(&self.socket_dir, child, &log_path).await? {
                return Ok(());
            }
            let log = std::fs::read_to_string(&log_path).unwrap_or_default();
            // Matches "lock file ... already exists" and "pre-existing shared memory block ... is still in use".
            if !(log.contains("already exists") || log.contains("still in use")) || Instant::now() > deadline {
                return Err(EmbeddedError(format!(
                    "PostgreSQL did not start. Its log, {}, ends with: {}",
                    log_path.display(),
                    log.lines().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(" / ")
                )));
            }
            process::end_orphans(&self.dir);
            sleep(Duration::from_millis(200)).await;
        }
    }

    async fn answers(&self) -> bool {
        answers(&self.url_of("postgres")).await
    }

    /// Creates the database `name` unless it exists. `name` is a constant, never input.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn ensure_database(&self, name: &str) -> Result<(), EmbeddedError> {
        let failed = |error: &dyn std::fmt::Display| EmbeddedError(format!("The database can't be made: {error}."));
        let mut conn = connect(&self.url_of("postgres")).await.map_err(|error| failed(&error))?;
        let known = diesel::sql_query(format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"))
            .execute(&mut conn)
            .await
            .map_err(|error| failed(&error))?;
        if known == 0 {
            diesel::sql_query(format!("CREATE DATABASE {name}"))
                .execute(&mut conn)
                .await
                .map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

/// False where the postmaster ended.
async fn wait_until_ready(socket_dir: &Path, child: &mut Child, log_path: &Path) -> Result<bool, EmbeddedError> {
    let deadline = Instant::now() + START_TIMEOUT;
    let mut next_log = Instant::now() + Duration::from_secs(3);
    loop {
        if child.try_wait().map_err(EmbeddedError::io("PostgreSQL can't be watched"))?.is_some() {
            return Ok(false);
        }
        if answers(&url_in(socket_dir, "postgres")).await {
            return Ok(true);
        }
        if Instant::now() > deadline {
            return Err(EmbeddedError(format!(
                "PostgreSQL is not ready after {} s; its log is {}.",
                START_TIMEOUT.as_secs(),
                log_path.display()
            )));
        }
        if Instant::now() > next_log {
            tracing::info!("waiting for PostgreSQL to recover");
            next_log += Duration::from_secs(5);
        }
        sleep(Duration::from_millis(30)).await;
    }
}

async fn answers(url: &SecretString) -> bool {
    match connect(url).await {
        Ok(mut conn) => diesel::sql_query("SELECT 1").execute(&mut conn).await.is_ok(),
        Err(_) => false,
    }
}

fn url_in(socket_dir: &Path, database: &str) -> SecretString {
    SecretString::from(format!("host='{}' user=landfall dbname={database}", socket_dir.display()))
}

/// Creates the cluster in a temporary folder and renames it, so that an interrupted start leaves no half-made cluster.
async fn initialise(binaries: &PgBinaries, dir: &Path, run_as: RunAs) -> Result<(), EmbeddedError> {
    tracing::info!(version = binaries.major, folder = %dir.display(), "creating the development database");
    let unfinished = match run_as {
        // `nobody` may write inside its own folder only.
        RunAs::Nobody => dir.to_owned(),
        _ => dir.with_extension("unfinished"),
    };
    let _ = std::fs::remove_dir_all(&unfinished);
    run_as.own(&unfinished)?;
    let output = run_as
        .command(&binaries.dir.join("initdb"))
        .arg("-D")
        .arg(&unfinished)
        // Trust is safe here: the folder of the socket is closed to all other users.
        .args(["-U", "landfall", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions"])
        .kill_on_drop(true)
        .output()
        .await
        .map_err(EmbeddedError::io("initdb can't be started"))?;
    if !output.status.success() {
        let _ = std::fs::remove_dir_all(&unfinished);
        let text = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " / ");
        return Err(EmbeddedError(format!("initdb failed: {text}")));
    }
    if unfinished != dir {
        std::fs::rename(&unfinished, dir).map_err(EmbeddedError::io("The new database can't be moved to its place"))?;
    }
    Ok(())
}
