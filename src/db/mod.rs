//! Access to PostgreSQL: the pool, TLS, migrations and the meaning of errors. This module knows no tables.

mod ability;
pub mod advisory;
mod audit_entry;
mod catalog;
mod connect;
mod error;
pub mod failover;
pub mod functions;
pub mod inspect;
pub mod listen;
pub mod migrate;
mod owner;
mod pooled;
pub mod pooler;
pub mod programs;
pub mod queue;
mod read_conn;
pub mod renewal;
pub mod role;
mod settings;
pub mod snapshot;
mod sql_spans;
pub mod sqlstate;
mod tls;
pub mod transaction;
mod url;
mod user_tx;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Hook, HookError, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use secrecy::SecretString;

pub use ability::{Ability, ability, room_for_writes};
pub use audit_entry::AuditEntry;
pub use catalog::is_empty;
pub use connect::{Connector, connect};
pub use error::DbError;
pub use owner::{OwnerId, OwnerKey};
pub use pooled::Conn;
use queue::{Queue, QueuePermit};
pub use read_conn::ReadConn;
pub use user_tx::{Savepoint, UserConn, UserReader, UserTx};

/// How long a request waits for a connection before it fails with `busy` or `database_unavailable`.
const POOL_WAIT: Duration = Duration::from_secs(2);

/// The connection pool, and the URL for connections outside of it.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    /// What the pool opens connections with.
    connector: Arc<Connector>,
    /// The same past a pooler.
    direct: Arc<Connector>,
    /// Reads of each user. `None` is for unknown callers.
    reads: Queue<Option<OwnerKey>>,
    taken: Arc<AtomicU64>,
}

/// The connections of the pool, and the requests that wait for one.
pub struct PoolUse {
    /// How often a connection was taken since the start.
    pub taken: u64,
    pub busy: usize,
    pub idle: usize,
    pub waiting: usize,
}

impl Database {
    /// Creates the pool. Connections open on first use.
    ///
    /// # Errors
    /// [`DbError::Settings`] where an address can't be used.
    pub fn new(url: &SecretString, direct_url: &SecretString, pool_size: usize) -> Result<Self, DbError> {
        let connector = Arc::new(Connector::new(url)?);
        let mut config = ManagerConfig::default();
        // A test query on checkout would double the round trips of a frequent write. A broken connection is detected by its closed socket, and one
        // that breaks in use is a 503 like any other outage.
        config.recycling_method = RecyclingMethod::Fast;
        let opens = connector.clone();
        config.custom_setup = Box::new(move |_| {
            let opens = opens.clone();
            Box::pin(async move { opens.open().await })
        });
        // The connector has the address; the manager's own is not used.
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config("", config);
        let pool = Pool::builder(manager)
            .max_size(pool_size)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .pre_recycle(Hook::sync_fn(|_, metrics| match renewal::is_stale(metrics.created) {
                true => Err(HookError::message("the connections are renewed")),
                false => Ok(()),
            }))
            .build()
            .map_err(|error| DbError::Settings(error.to_string()))?;
        // A user's reads take at most a quarter of the pool.
        let reads = Queue::new(pool_size / 4, POOL_WAIT);
        Ok(Self { pool, connector, direct: Arc::new(Connector::new(direct_url)?), reads, taken: Arc::default() })
    }

    /// Takes a connection from the pool.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] after 2 s without a free connection.
    pub async fn conn(&self) -> Result<Conn, DbError> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.pool.get().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// Takes a connection for reads of a user, after the user's earlier reads. One user's reads take at most a quarter of the pool.
    ///
    /// # Errors
    /// [`DbError::Crowded`] after 2 s of waiting for the user's other reads, and those of [`Self::conn`].
    pub async fn read_conn(&self, owner: &OwnerId) -> Result<ReadConn, DbError> {
        let place = self.reads.enter(Some(owner.key())).await.map_err(|_| DbError::Crowded)?;
        Ok(ReadConn::new(self.conn().await?, self.connector.clone(), place))
    }

    /// Waits until unknown callers have less than a quarter of the pool, before a look-up for one of them.
    ///
    /// # Errors
    /// [`DbError::Crowded`] after 2 s.
    pub async fn unknown_caller_place(&self) -> Result<QueuePermit<Option<OwnerKey>>, DbError> {
        self.reads.enter(None).await.map_err(|_| DbError::Crowded)
    }

    /// Makes a connection that has done the user's writes one for reads. While the user's other reads take their part of the pool, it goes back and another one
    /// is waited for.
    ///
    /// # Errors
    /// As [`Self::read_conn`].
    pub async fn for_reads(&self, owner: &OwnerId, conn: Conn) -> Result<ReadConn, DbError> {
        match self.reads.try_enter(Some(owner.key())) {
            Some(place) => Ok(ReadConn::new(conn, self.connector.clone(), place)),
            None => {
                drop(conn);
                self.read_conn(owner).await
            }
        }
    }

    /// Cancels what runs on the connection, rolls back, and returns it to the pool.
    pub async fn abandon(&self, conn: Conn) {
        read_conn::release(conn, &self.connector).await;
    }

    /// The use of the pool at this moment.
    pub fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        let idle = status.available.min(status.size);
        PoolUse { taken: self.taken.load(Ordering::Relaxed), busy: status.size - idle, idle, waiting: status.waiting }
    }

    /// Opens a connection outside of the pool, for LISTEN, health checks and migrations.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn dedicated(&self) -> Result<AsyncPgConnection, DbError> {
        self.direct.open().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// Closes idle connections, so that the database can stop.
    pub fn close(&self) {
        self.pool.close();
    }
}
