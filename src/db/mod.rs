//! Access to PostgreSQL: the pool, TLS, migrations and the meaning of errors. This module knows no tables.

pub mod advisory;
mod catalog;
mod connect;
mod error;
pub mod functions;
pub mod listen;
pub mod migrate;
mod owner;
pub mod role;
pub mod transaction;
mod user_tx;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use secrecy::{ExposeSecret as _, SecretString};

pub use connect::connect;
pub use error::DbError;
pub use owner::{OwnerId, OwnerKey};
pub use user_tx::{UserConn, UserReader, UserTx};

/// A pooled connection.
pub type Conn = Object<AsyncPgConnection>;

/// How long a request waits for a connection before it fails with `busy` or `database_unavailable`.
const POOL_WAIT: Duration = Duration::from_secs(2);

/// The connection pool, and the URL for connections outside of it.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    direct_url: SecretString,
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
    /// [`DbError::Unavailable`] where the pool's settings are refused.
    pub fn new(url: &SecretString, direct_url: &SecretString, pool_size: usize) -> Result<Self, DbError> {
        let mut config = ManagerConfig::default();
        // A test query on checkout would double the round trips of a frequent write. A broken connection is detected by its closed socket, and one
        // that breaks in use is a 503 like any other outage.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            let url = SecretString::from(url);
            Box::pin(async move { connect(&url).await })
        });
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url.expose_secret(), config);
        let pool = Pool::builder(manager)
            .max_size(pool_size)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        Ok(Self { pool, direct_url: direct_url.clone(), taken: Arc::default() })
    }

    /// Takes a connection from the pool.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] after 2 s without a free connection.
    pub async fn conn(&self) -> Result<Conn, DbError> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.pool.get().await.map_err(|error| DbError::Unavailable(error.to_string()))
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
        connect(&self.direct_url).await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// Closes idle connections, so that the database can stop.
    pub fn close(&self) {
        self.pool.close();
    }
}
