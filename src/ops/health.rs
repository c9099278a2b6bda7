//! Probes of the database and the storage. The database is probed on a connection of its own: a pool without a free connection is not an outage.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use moka::future::Cache;
use strum::IntoStaticStr;
use tokio::sync::Mutex;

use crate::db::Database;
use crate::storage::Storage;

/// How long a probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the result of a probe is cached.
const CACHE_TTL: Duration = Duration::from_secs(1);
/// Time between probes during an outage.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// What requests depend on. `into_str()` is the word in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Dependency {
    Database,
    Storage,
}

/// Knows which dependencies answer.
pub struct HealthProbe {
    db: Database,
    storage: Storage,
    conn: Mutex<Option<AsyncPgConnection>>,
    cached: Cache<Dependency, bool>,
    /// Dependencies that a task probes until they answer.
    watched: [AtomicBool; 2],
    away: [AtomicBool; 2],
}

impl HealthProbe {
    pub fn new(db: Database, storage: Storage) -> Self {
        let cached = Cache::builder().time_to_live(CACHE_TTL).build();
        Self { db, storage, conn: Mutex::new(None), cached, watched: Default::default(), away: Default::default() }
    }

    /// Whether the dependency answered within the last second. Readiness probes need no session and have no rate limit, and a request to the storage may cost
    /// money, so the result is cached for one second.
    pub async fn is_up(&self, dependency: Dependency) -> bool {
        self.cached.get_with(dependency, self.probe(dependency)).await
    }

    /// Whether an outage of the dependency is known. Probes nothing.
    pub fn is_away(&self, dependency: Dependency) -> bool {
        AtomicBool::load(&self.away[dependency as usize], Ordering::Relaxed)
    }

    /// A request got no answer from the dependency. The start and the end of an outage are logged once each, however many requests report it.
    pub fn report_outage(self: &Arc<Self>, dependency: Dependency) {
        if !self.watched[dependency as usize].swap(true, Ordering::Relaxed) {
            let probe = self.clone();
            tokio::spawn(async move { probe.watch(dependency).await });
        }
    }

    async fn watch(&self, dependency: Dependency) {
        // The dependency may answer by now, or there may be no outage: a request without a free connection gets the same error.
        if !self.probe(dependency).await {
            self.away[dependency as usize].store(true, Ordering::Relaxed);
            tracing::error!(?dependency, "outage: requests that need it get 503");
            while !self.probe(dependency).await {
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            self.away[dependency as usize].store(false, Ordering::Relaxed);
            tracing::info!(?dependency, "the outage has ended");
        }
        self.watched[dependency as usize].store(false, Ordering::Relaxed);
    }

    async fn probe(&self, dependency: Dependency) -> bool {
        let probed = async {
            match dependency {
                Dependency::Database => self.probe_database().await,
                Dependency::Storage => self.storage.check().await.is_ok(),
            }
        };
        tokio::time::timeout(PROBE_TIMEOUT, probed).await.unwrap_or(false)
    }

    async fn probe_database(&self) -> bool {
        let mut kept = self.conn.lock().await;
        // The connection is taken out, so that a probe that times out never leaves one in use behind.
        if let Some(mut conn) = kept.take()
            && answers(&mut conn).await
        {
            *kept = Some(conn);
            return true;
        }
        let Ok(mut conn) = self.db.dedicated().await else { return false };
        let ok = answers(&mut conn).await;
        *kept = ok.then_some(conn);
        ok
    }
}

async fn answers(conn: &mut AsyncPgConnection) -> bool {
    diesel::sql_query("SELECT 1").execute(conn).await.is_ok()
}
