//! One private cluster: made, started or taken over, stopped. It listens on a unix socket in a folder closed to others.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel_async::RunQueryDsl;
use tokio::process::Child;
use tokio::time::{Instant, sleep};

use super::binaries::PgBinaries;
use super::run_as::RunAs;
use super::{process, socket_dir};
use crate::config::Secret;
use crate::db::connect;
use crate::embedded::EmbeddedError;

/// Crash recovery of a large development database may take this long.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long a killed cluster's leftovers may stand in the way.
const ORPHAN_PATIENCE: Duration = Duration::from_secs(10);
const STOP_PATIENCE: Duration = Duration::from_secs(10);
const DATABASE: &str = "landfall";

pub struct Cluster {
    dir: PathBuf,
    socket_dir: PathBuf,
    /// `None` where an earlier server's cluster was taken over.
    child: Option<Child>,
    pub major: u32,
}

impl Cluster {
    /// `data_dir` must be held by the caller's lock. `pg_bin` as in PG_BIN.
    pub async fn start(data_dir: &Path, pg_bin: Option<&str>, run_as: RunAs) -> Result<Self, EmbeddedError> {
        let dir = run_as.reachable(&data_dir.join("postgres")).await?;
        let made_by = std::fs::read_to_string(dir.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
        let binaries = PgBinaries::find(pg_bin, made_by, run_as).await?;
        if made_by.is_none() {
            initialise(&binaries, &dir, run_as).await?;
        }
        let socket_dir = socket_dir::for_cluster(&dir);
        run_as.own(&socket_dir)?;
        let mut cluster = Self { dir, socket_dir, child: None, major: binaries.major };
        match cluster.bring_up(&binaries, data_dir, run_as).await {
            Ok(()) => Ok(cluster),
            Err(error) => {
                cluster.stop().await;
                Err(error)
            }
        }
    }

    async fn bring_up(&mut self, binaries: &PgBinaries, data_dir: &Path, run_as: RunAs) -> Result<(), EmbeddedError> {
        if self.answers().await {
            tracing::info!("taking over the PostgreSQL that an earlier server left running");
        } else {
            self.start_postmaster(binaries, data_dir, run_as).await?;
        }
        self.ensure_database(DATABASE).await
    }

    /// The address of a database of this cluster, in the form of libpq's settings: a path needs no escaping there.
    pub fn url_of(&self, database: &str) -> Secret {
        url_in(&self.socket_dir, database)
    }

    pub fn url(&self) -> Secret {
        self.url_of(DATABASE)
    }

    /// As the role that a server has in production.
    pub fn url_of_server(&self) -> Secret {
        Secret::new(self.url().expose().replace("user=landfall ", "user=landfall_app "))
    }

    /// The settings for programs that take them one by one (pgbench, psql): the folder of the socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    pub async fn stop(mut self) {
        if let Some(pid) = process::running_postmaster(&self.dir) {
            process::stop(pid, STOP_PATIENCE).await;
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
        let deadline = Instant::now() + ORPHAN_PATIENCE;
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
            // Ours from now on: whatever happens, `stop` finds it.
            let child = self.child.insert(child);
            if wait_until_ready(&self.socket_dir, child, &log_path).await? {
                return Ok(());
            }
            let log = std::fs::read_to_string(&log_path).unwrap_or_default();
            // "lock file ... already exists", "pre-existing shared memory block ... is still in use"
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

    /// `name` is a constant of ours, never input.
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

/// False where the postmaster ended instead.
async fn wait_until_ready(socket_dir: &Path, child: &mut Child, log_path: &Path) -> Result<bool, EmbeddedError> {
    let deadline = Instant::now() + START_PATIENCE;
    let mut next_word = Instant::now() + Duration::from_secs(3);
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
                START_PATIENCE.as_secs(),
                log_path.display()
            )));
        }
        if Instant::now() > next_word {
            tracing::info!("waiting for PostgreSQL to recover");
            next_word += Duration::from_secs(5);
        }
        sleep(Duration::from_millis(30)).await;
    }
}

async fn answers(url: &Secret) -> bool {
    match connect(url).await {
        Ok(mut conn) => diesel::sql_query("SELECT 1").execute(&mut conn).await.is_ok(),
        Err(_) => false,
    }
}

fn url_in(socket_dir: &Path, database: &str) -> Secret {
    Secret::new(format!("host='{}' user=landfall dbname={database}", socket_dir.display()))
}

/// Makes the cluster beside its place and moves it there whole, so that an interrupted start leaves no half of one.
async fn initialise(binaries: &PgBinaries, dir: &Path, run_as: RunAs) -> Result<(), EmbeddedError> {
    tracing::info!(version = binaries.major, folder = %dir.display(), "creating the development database");
    let unfinished = match run_as {
        // `nobody` may write inside its folder only.
        RunAs::Nobody => dir.to_owned(),
        _ => dir.with_extension("unfinished"),
    };
    let _ = std::fs::remove_dir_all(&unfinished);
    run_as.own(&unfinished)?;
    let output = run_as
        .command(&binaries.dir.join("initdb"))
        .arg("-D")
        .arg(&unfinished)
        // Whoever reaches the socket may enter: its folder is closed to all other users.
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
