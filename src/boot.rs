//! From settings to a running server and back: what is needed is started in order, and stopped in the reverse order.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinError, JoinHandle};

use crate::app::{self, AppState, Background};
use crate::config::{Config, ConfigError, Environment, LogFormat};
use crate::db::{Database, DbError, migrate, role};
use crate::embedded::EmbeddedError;
use crate::embedded::data_dir::DataDir;
use crate::embedded::postgres::{Cluster, RunAs};
use crate::embedded::s3::EmbeddedS3;
use crate::embedded::secret;
use crate::error::ApiError;
use crate::models::job;
use crate::storage::{Storage, StorageError};
use crate::sync::restore::{self, Presence, Restore};
use crate::sync::sweep::{self, Swept};
use crate::sync::{Events, Spaces};

/// One clear sentence, after which the process ends with code 1.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Embedded(#[from] EmbeddedError),
    #[error("Port {port} on {host} can't be used: {error}. Stop the program that has it, or set PORT to another one.")]
    Port { host: String, port: u16, error: std::io::Error },
    #[error("The database can't be reached: {0}. Check DATABASE_URL and that the server runs.")]
    Database(DbError),
    #[error("The database lacks {0} migrations: run `landfall migrate` first.")]
    NotMigrated(usize),
    #[error("The database could not be migrated: {0}.")]
    Migration(DbError),
    #[error("The bucket can't be made: {0}.")]
    Storage(#[from] StorageError),
    #[error("{0}.")]
    Other(String),
}

/// What was started for development. Stop it last.
#[derive(Default)]
pub struct Embedded {
    cluster: Option<Cluster>,
    s3: Option<EmbeddedS3>,
    /// Held until the rest is stopped.
    data_dir: Option<DataDir>,
}

impl Embedded {
    /// The data folder, locked at the first call.
    fn data_dir(&mut self, config: &Config) -> Result<PathBuf, EmbeddedError> {
        let data_dir = match self.data_dir.take() {
            Some(open) => open,
            None => DataDir::open(&config.data_dir)?,
        };
        Ok(self.data_dir.insert(data_dir).path().to_owned())
    }

    async fn stop(self) {
        if let Some(s3) = self.s3 {
            s3.stop().await;
        }
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}

/// Serves until SIGINT or SIGTERM; then drains, stops what it started, and returns.
pub async fn serve(mut config: Config) -> Result<(), BootError> {
    config.auth.secret = Some(secret::of(&config)?);
    let config = Arc::new(config);
    let mut signals = Signals::new()?;
    let mut embedded = Embedded::default();
    let (started, signalled) = {
        let mut starting = pin!(start(&config, &mut embedded));
        tokio::select! {
            started = &mut starting => (started, false),
            // A start that is cut off would leave a database behind that nobody stops: let it come to its end first.
            () = signals.next() => {
                tracing::info!("stopping as soon as the start is done");
                (starting.await, true)
            }
        }
    };
    let result = match started {
        Ok(running) if signalled => running.stop().await,
        Ok(running) => {
            announce(&config, &embedded);
            running.until(&mut signals).await
        }
        Err(error) => Err(error),
    };
    embedded.stop().await;
    result
}

/// Ctrl-C, a stop from outside, a terminal that was closed.
pub(crate) struct Signals([Signal; 3]);

impl Signals {
    pub(crate) fn new() -> Result<Self, BootError> {
        let hear = |kind| signal(kind).map_err(|error| BootError::Other(format!("Signals can't be heard: {error}")));
        Ok(Self([hear(SignalKind::interrupt())?, hear(SignalKind::terminate())?, hear(SignalKind::hangup())?]))
    }

    pub(crate) async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

struct Running {
    handle: ServerHandle,
    http: JoinHandle<std::io::Result<()>>,
    background: Background,
    /// Ends where the database is another one than at the start.
    restored: JoinHandle<()>,
    events: Events,
    db: Database,
}

impl Running {
    async fn until(mut self, signals: &mut Signals) -> Result<(), BootError> {
        tokio::select! {
            ended = &mut self.http => finished(ended),
            _ = &mut self.restored => {
                self.stop().await?;
                Err(BootError::Other("The database was restored from a backup while this server ran: start it again".into()))
            }
            () = signals.next() => self.stop().await,
        }
    }

    async fn stop(self) -> Result<(), BootError> {
        tracing::info!("stopping: finishing the requests under way");
        // Event streams have no end of their own.
        self.events.close();
        self.handle.stop(true).await;
        let ended = self.http.await;
        self.background.stop().await;
        self.restored.abort();
        self.db.close();
        finished(ended)
    }
}

fn finished(ended: Result<std::io::Result<()>, JoinError>) -> Result<(), BootError> {
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(BootError::Other(format!("HTTP ended: {error}"))),
        Err(panic) => Err(BootError::Other(format!("HTTP ended: {panic}"))),
    }
}

/// Runs migrations and returns.
pub async fn migrate(config: Config) -> Result<(), BootError> {
    with_database(&config, async |db| {
        for name in migrate_now(&db).await? {
            tracing::info!(migration = name, "applied");
        }
        tracing::info!("the database is up to date");
        Ok(())
    })
    .await
}

/// After the database was restored from a backup: a new epoch. Refuses while a server runs.
pub async fn restore(config: Config, sign_out: bool) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let conn = db.dedicated().await.map_err(BootError::Database)?;
        match restore::restore(conn, sign_out).await.map_err(BootError::Database)? {
            Restore::Done { before, now, sessions } => {
                say(&format!(
                    "The database has a new epoch: {now} (before: {before}). Devices offer again what the backup lost, and then start over.\n\
                     Sign-in sessions ended: {sessions}.\n"
                ));
                Ok(())
            }
            Restore::ServerRuns => Err(BootError::Other(
                "A Landfall server is connected to this database. Stop all servers, then run `landfall restore` again".into(),
            )),
        }
    })
    .await
}

/// Removes now what was deleted more than `days` ago.
pub async fn sweep(config: Config, days: Option<i32>) -> Result<(), BootError> {
    let days = days.unwrap_or(config.tombstone_days);
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let spaces = Spaces::new(db.clone(), Events::default());
        let swept = sweep::sweep_all(&db, &spaces, days).await;
        match swept.map_err(of_api)? {
            Some(Swept { people, rows }) => {
                say(&format!("Swept {rows} rows of {people} people that were older than {days} days.\n"));
                Ok(())
            }
            None => Err(BootError::Other("Another process is sweeping. Nothing was done".into())),
        }
    })
    .await
}

/// For commands: opens the database, and stops it again where it was started for this.
pub(crate) async fn with_database(
    config: &Config,
    work: impl AsyncFnOnce(Database) -> Result<(), BootError>,
) -> Result<(), BootError> {
    let mut embedded = Embedded::default();
    let result = match open_database(config, &mut embedded).await {
        Ok(db) => work(db).await,
        Err(error) => Err(error),
    };
    embedded.stop().await;
    result
}

pub(crate) fn of_api(error: ApiError) -> BootError {
    BootError::Other(error.cause.unwrap_or(error.detail))
}

async fn start(config: &Arc<Config>, embedded: &mut Embedded) -> Result<Running, BootError> {
    // The port first: it costs nothing to find out that it is taken.
    let server = &config.server;
    let listener = TcpListener::bind((server.host.as_str(), server.port)).map_err(|error| BootError::Port {
        host: server.host.clone(),
        port: server.port,
        error,
    })?;
    let db = open_database(config, embedded).await?;
    prepare_schema(config, &db).await?;
    #[cfg(feature = "planted")]
    crate::planted::in_database(&db).await.map_err(BootError::Other)?;
    if config.environment == Environment::Production
        && role::can_change_schema(&db).await.map_err(BootError::Database)?
    {
        tracing::warn!(
            "the server is connected as a role that can change tables: use landfall_app (docs/PROTECTION.md)"
        );
    }
    let db = as_server(config, embedded, db).await?;
    let presence = Presence::begin(&db).await.map_err(BootError::Database)?;
    let storage = open_storage(config, embedded).await?;
    let state = AppState::new(config.clone(), db.clone(), storage).await.map_err(of_api)?;
    let (background, events) = (state.background(), state.events.clone());
    let restored = tokio::spawn(presence.until_restored());
    let http =
        app::serve(state, listener).map_err(|error| BootError::Other(format!("HTTP can't be served: {error}")))?;
    Ok(Running { handle: http.handle(), http: tokio::spawn(http), background, restored, events, db })
}

async fn open_database(config: &Config, embedded: &mut Embedded) -> Result<Database, BootError> {
    let settings = &config.database;
    let url = match &settings.url {
        Some(url) => url.clone(),
        None => {
            let data_dir = embedded.data_dir(config)?;
            tracing::info!("starting the embedded PostgreSQL");
            let binaries = settings.embedded_binaries.as_deref();
            let cluster = Cluster::start(&data_dir, binaries, RunAs::choose().await).await?;
            let url = cluster.url();
            embedded.cluster = Some(cluster);
            url
        }
    };
    let direct_url = settings.direct_url.as_ref().unwrap_or(&url);
    Database::new(&url, direct_url, settings.pool_size).map_err(BootError::Database)
}

/// A database of our own is worked with like one of production, so that development finds out what the server's role can't do.
async fn as_server(config: &Config, embedded: &Embedded, db: Database) -> Result<Database, BootError> {
    let Some(cluster) = &embedded.cluster else { return Ok(db) };
    role::let_in(&db).await.map_err(BootError::Database)?;
    let url = cluster.url_of_server();
    Database::new(&url, &url, config.database.pool_size).map_err(BootError::Database)
}

pub(crate) async fn prepare_schema(config: &Config, db: &Database) -> Result<(), BootError> {
    if config.database.migrate_at_boot {
        for name in migrate_now(db).await? {
            tracing::info!(migration = name, "applied");
        }
        return Ok(());
    }
    let conn = db.dedicated().await.map_err(BootError::Database)?;
    match migrate::count_pending(conn).await.map_err(BootError::Migration)? {
        0 => Ok(()),
        pending => Err(BootError::NotMigrated(pending)),
    }
}

async fn migrate_now(db: &Database) -> Result<Vec<String>, BootError> {
    let conn = db.dedicated().await.map_err(BootError::Database)?;
    migrate::run_pending(conn).await.map_err(BootError::Migration)
}

async fn open_storage(config: &Config, embedded: &mut Embedded) -> Result<Storage, BootError> {
    if let Some(settings) = &config.storage {
        let storage = Storage::new(settings);
        // Text must sync while the storage is away, so this is a warning and no end.
        if let Err(error) = storage.check().await {
            tracing::warn!(%error, "the object storage does not answer; files will not work until it does");
        } else if let Err(error) = storage.allow_pages(&origins(config)).await {
            tracing::warn!(%error, "the bucket's CORS rules can't be set; pages may not be able to use links to files");
        }
        return Ok(storage);
    }
    let data_dir = embedded.data_dir(config)?;
    let s3 = EmbeddedS3::start(&data_dir.join("s3")).await?;
    let storage = Storage::new(&s3.config);
    embedded.s3 = Some(s3);
    storage.ensure_bucket().await?;
    Ok(storage)
}

/// Whose pages may use links to files.
fn origins(config: &Config) -> Vec<String> {
    let server = &config.server;
    match server.allow_loopback_origins {
        true => vec!["*".to_owned()],
        false => server.allowed_origins.iter().chain([&server.public_url]).cloned().collect(),
    }
}

/// Prints the queue of background work, one line for each kind.
pub async fn jobs(config: Config) -> Result<(), BootError> {
    let mut embedded = Embedded::default();
    let result = async {
        let db = open_database(&config, &mut embedded).await?;
        let mut conn = db.conn().await.map_err(BootError::Database)?;
        let lines = job::summary(&mut conn).await.map_err(|error| BootError::Database(error.into()))?;
        println!("{:<22} {:>8} {:>8} {:>8}  last error", "kind", "waiting", "failing", "given up");
        for line in lines {
            let error = line.last_error.unwrap_or_default();
            println!("{:<22} {:>8} {:>8} {:>8}  {error}", line.kind, line.waiting, line.failing, line.dead);
        }
        Ok(())
    }
    .await;
    embedded.stop().await;
    result
}

/// Tells the person at the terminal where everything is.
fn announce(config: &Config, embedded: &Embedded) {
    let url = &config.server.public_url;
    tracing::info!(environment = ?config.environment, "Landfall is ready");
    if config.server.log_format == LogFormat::Json {
        return;
    }
    let database = match &embedded.cluster {
        Some(cluster) => format!("embedded PostgreSQL {} in {}", cluster.major, config.data_dir.display()),
        None => "PostgreSQL at DATABASE_URL".to_owned(),
    };
    let storage = match &embedded.s3 {
        Some(_) => format!("embedded S3 in {}", config.data_dir.display()),
        None => "S3 as configured".to_owned(),
    };
    let text = format!(
        "\n  Landfall is ready.\n\n    demo      {url}/\n    API docs  {url}/docs/\n    database  {database}\n    storage   {storage}\n\n  Stop it with Ctrl-C.\n\n"
    );
    say(&text);
}

pub(crate) fn say(text: &str) {
    // Nobody may be reading.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
