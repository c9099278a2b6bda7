//! The way to PostgreSQL: pool, TLS, migrations, and what its errors mean. Knows no tables.

pub mod advisory;
mod connect;
mod error;
pub mod listen;
pub mod migrate;
pub mod role;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};

pub use connect::connect;
pub use error::DbError;

use crate::config::Secret;

/// A pooled connection.
pub type Conn = Object<AsyncPgConnection>;

/// How long a request waits for a connection before it is told to come back.
const POOL_WAIT: Duration = Duration::from_secs(2);

/// The pool, and the address for connections outside of it.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    direct_url: Secret,
}

/// Of the pool's connections, and of those who wait for one.
pub struct PoolUse {
    pub busy: usize,
    pub idle: usize,
    pub waiting: usize,
}

impl Database {
    /// Connects lazily: nothing is tried here.
    pub fn new(url: &Secret, direct_url: &Secret, pool_size: usize) -> Result<Self, DbError> {
        let mut config = ManagerConfig::default();
        // No test query on the way out of the pool: it would double the round trips of a hot write. A connection that
        // broke is seen by its closed socket, and one that breaks in use is a 503 like any other outage.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            let url = Secret::new(url);
            Box::pin(async move { connect(&url).await })
        });
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url.expose(), config);
        let pool = Pool::builder(manager)
            .max_size(pool_size)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        Ok(Self { pool, direct_url: direct_url.clone() })
    }

    pub async fn conn(&self) -> Result<Conn, DbError> {
        self.pool.get().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// What the pool's connections do at this moment.
    pub fn pool_use(&self) -> PoolUse {
        let status = self.pool.status();
        let idle = status.available.min(status.size);
        PoolUse { busy: status.size - idle, idle, waiting: status.waiting }
    }

    /// A connection of its own, outside the pool: for LISTEN, health and migrations.
    pub async fn dedicated(&self) -> Result<AsyncPgConnection, DbError> {
        connect(&self.direct_url).await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// Lets go of idle connections, so that the database can stop.
    pub fn close(&self) {
        self.pool.close();
    }
}
