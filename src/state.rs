//! What handlers share, and the background work beside the requests. Knows nothing of HTTP.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::auth::flow::Flow;
use crate::auth::signing_keys::SigningKeys;
use crate::auth::{Sessions, Tokens};
use crate::config::Config;
use crate::counts::Counts;
use crate::db::{Database, OwnerKey, failover};
use crate::error::ApiError;
use crate::jobs::Worker;
use crate::limits::body_memory::BodyMemory;
use crate::limits::shares::Shares;
use crate::limits::{ClientAddress, RateLimits};
use crate::models::database_state;
use crate::ops::audit_log;
use crate::ops::fd_limit;
use crate::ops::health::HealthProbe;
use crate::ops::metrics::Metrics;
use crate::ops::statistics::Statistics;
use crate::storage::Storage;
use crate::sync::events::Relay;
use crate::sync::recount::run_recount;
use crate::sync::registry::Registry;
use crate::sync::retention::run_retention;
use crate::sync::snapshot::Snapshots;
use crate::sync::{Events, UserWriter};
use crate::transfer::Transfers;
use crate::uploads::Files;

/// What handlers share. It holds no data but caches, so any number of processes can serve one database.
pub struct AppState {
    pub config: Arc<Config>,
    pub db: Database,
    pub files: Files,
    /// Scheme, host and port of links to files. The page's content policy allows it.
    pub storage_origin: String,
    pub sessions: Sessions,
    pub tokens: Tokens,
    /// Sign-ins at OpenID providers.
    pub sign_in: Flow,
    pub writer: UserWriter,
    pub events: Events,
    pub snapshots: Snapshots,
    pub transfers: Transfers,
    /// What syncs.
    pub kinds: Registry,
    pub health: Arc<HealthProbe>,
    pub metrics: Metrics,
    /// Counts for administrators.
    pub statistics: Statistics,
    /// `None`: limits are switched off.
    pub limits: Option<RateLimits>,
    /// Connections of clients to this process.
    pub max_connections: usize,
    /// The connections of each network.
    pub connections: Shares<ClientAddress>,
    /// The requests at once of each network, where they come through a trusted proxy.
    pub requests: Shares<ClientAddress>,
    /// The event streams of each user.
    pub streams: Shares<OwnerKey>,
    pub body_memory: BodyMemory,
    pub epoch: Uuid,
    /// Limits as JSON that are the same for all users. They are large, and every initial snapshot has them.
    pub common_limits: OnceLock<[Box<RawValue>; 2]>,
}

impl AppState {
    /// The database must be migrated.
    ///
    /// # Errors
    /// If the database or the storage can't be used, or the secret is no valid key.
    pub async fn new(config: Arc<Config>, db: Database, storage: Storage, kinds: Registry) -> Result<Self, ApiError> {
        let events = Events::default();
        let counts = Counts::new().map_err(ApiError::internal)?;
        let storage = storage.counted(counts.clone());
        let epoch = database_state::epoch(&mut *db.conn().await?).await?;
        let sessions = Sessions::new(db.clone(), config.auth.max_sessions_per_user);
        let max_connections = fd_limit::cap_connections(config.server.max_connections);
        let per_address = config.server.connections_per_address(max_connections);
        let writer = UserWriter::new(db.clone(), events.clone(), config.data.row_quota);
        let storage_origin = storage.origin_of_links().await?;
        let files = Files::new(Arc::new(config.files.clone()), db.clone(), writer.clone(), storage.clone());
        Ok(Self {
            tokens: Tokens::new(SigningKeys::of(&config, db.clone())?, &config.server.public_url),
            sign_in: Flow::new(config.clone(), db.clone(), sessions.clone()).map_err(ApiError::internal)?,
            sessions,
            writer,
            files,
            storage_origin,
            events,
            snapshots: Snapshots::new(db.clone(), config.data.page_bytes),
            // At most a quarter of the connections serves exports to slow clients.
            transfers: Transfers::new(db.clone(), kinds.clone(), config.database.pool_size / 4),
            statistics: Statistics::new(db.clone(), kinds.clone()),
            kinds,
            health: Arc::new(HealthProbe::new(db.clone(), storage)),
            metrics: Metrics::new(counts).map_err(ApiError::internal)?,
            limits: RateLimits::new(&config.limits),
            max_connections,
            // actix waits with further connections of all clients when there are `max_connections`.
            connections: Shares::new(per_address, usize::MAX),
            requests: Shares::new(per_address, usize::MAX),
            // Half of the connections are for requests.
            streams: Shares::new(config.server.max_event_streams_per_user, (max_connections / 2).max(1)),
            body_memory: BodyMemory::new(
                config.server.body_memory_bytes,
                config.server.largest_body_bytes(config.data.project_bytes),
            ),
            config,
            db,
            epoch,
            common_limits: OnceLock::new(),
        })
    }
}

impl AppState {
    /// Starts the work beside the requests: receiving revocations and versions of other processes, sending ours, retention, the recount, and jobs.
    pub fn background(&self) -> Background {
        let stop = CancellationToken::new();
        let revocations = self.sessions.clone().watch_revocations();
        let relay = Relay::new(self.events.clone(), self.db.clone()).run();
        let (writer, kinds) = (self.writer.clone(), self.kinds.clone());
        let counts = || self.metrics.counts.clone();
        let recount = run_recount(self.db.clone(), writer.clone(), kinds.clone(), counts());
        let retention = run_retention(self.db.clone(), writer, kinds, self.config.tombstone_days, counts());
        let imports = self.transfers.clone().sweep_loop(counts());
        let audit = audit_log::sweep_loop(self.db.clone(), self.config.audit_days, counts());
        let db = self.db.clone();
        let loops = stop.clone().run_until_cancelled_owned(async move {
            futures_util::join!(revocations, relay, retention, recount, imports, audit, failover::watch(&db));
        });
        let worker = Worker::new(self.files.clone(), self.db.clone(), counts(), stop.clone());
        Background { loops: tokio::spawn(loops), jobs: tokio::spawn(worker.run()), stop }
    }
}

/// What [`AppState::background`] started.
pub struct Background {
    loops: JoinHandle<Option<()>>,
    jobs: JoinHandle<()>,
    stop: CancellationToken,
}

impl Background {
    /// How long the worker may take to release its job.
    const STOP_TIMEOUT: Duration = Duration::from_secs(5);

    /// Stops the work. The current job is released, so that another server can take it at once.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(Self::STOP_TIMEOUT, &mut self.jobs).await.is_err() {
            self.abort();
        }
    }

    /// Ends the work as if the process were killed.
    pub fn abort(&self) {
        self.loops.abort();
        self.jobs.abort();
    }
}
