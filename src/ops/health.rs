//! Probes of the database and the storage. The database is probed on a connection of its own: a pool without a free connection is not an outage.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use moka::future::Cache;
use strum::IntoStaticStr;
use tokio::sync::Mutex;

use crate::db::{Ability, Database, ability, renewal, room_for_writes};
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

/// How a dependency is. `into_str()` is the word in the answer of readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Condition {
    Ok,
    /// It does not answer.
    Unavailable,
    /// The database answers and takes no writes: a standby, or a primary that protects itself.
    ReadOnly,
    /// The database has no room for a write: disk or memory.
    Full,
    /// The database lacks this server's tables.
    NotMigrated,
}

impl From<Ability> for Condition {
    fn from(ability: Ability) -> Self {
        match ability {
            Ability::Writes => Self::Ok,
            Ability::ReadsOnly => Self::ReadOnly,
            Ability::NoRoom => Self::Full,
            Ability::NoTables => Self::NotMigrated,
        }
    }
}

/// Knows which dependencies answer.
pub struct HealthProbe {
    db: Database,
    storage: Storage,
    conn: Mutex<Option<(AsyncPgConnection, Instant)>>,
    cached: Cache<Dependency, Condition>,
    /// Dependencies that a task probes until they answer.
    watched: [AtomicBool; 2],
    /// The server was told to stop, and is not ready any more.
    stopping: AtomicBool,
    /// The outages that are known.
    away: StdMutex<[Option<Condition>; 2]>,
}

impl HealthProbe {
    pub fn new(db: Database, storage: Storage) -> Self {
        let cached = Cache::builder().time_to_live(CACHE_TTL).build();
        let (conn, stopping) = (Mutex::new(None), AtomicBool::new(false));
        Self { db, storage, conn, cached, watched: Default::default(), stopping, away: StdMutex::default() }
    }

    /// From now on the server is not ready.
    pub fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server was told to stop. It still serves.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// How the dependency was within the last second. Readiness probes need no session and have no rate limit, and a request to the storage may cost
    /// money, so the result is cached for one second. A known outage is answered from memory: only its watch tries a write.
    pub async fn condition(&self, dependency: Dependency) -> Condition {
        match self.outage(dependency) {
            Some(condition) => condition,
            None => self.cached.get_with(dependency, self.probe(dependency)).await,
        }
    }

    /// Whether an outage of the dependency is known. Probes nothing.
    pub fn is_away(&self, dependency: Dependency) -> bool {
        self.outage(dependency).is_some()
    }

    fn outage(&self, dependency: Dependency) -> Option<Condition> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)[dependency as usize]
    }

    fn set_outage(&self, dependency: Dependency, condition: Option<Condition>) {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)[dependency as usize] = condition;
    }

    /// A request got no answer from the dependency. The start and the end of an outage are logged once each, however many requests report it.
    pub fn report_outage(self: &Arc<Self>, dependency: Dependency) {
        if !self.watched[dependency as usize].swap(true, Ordering::Relaxed) {
            let probe = self.clone();
            tokio::spawn(async move { probe.watch(dependency).await });
        }
    }

    /// A request took too long. Its connection to the database may hang, which no error says.
    pub fn report_late(self: &Arc<Self>) {
        renewal::request_rarely();
        self.report_outage(Dependency::Database);
    }

    async fn watch(&self, dependency: Dependency) {
        // The dependency may answer by now, or there may be no outage: a request without a free connection gets the same error.
        let mut condition = self.probe_with_write(dependency).await;
        if condition != Condition::Ok {
            tracing::error!(?dependency, ?condition, "outage: requests that need it get 503");
            while condition != Condition::Ok {
                self.set_outage(dependency, Some(condition));
                tokio::time::sleep(RETRY_INTERVAL).await;
                condition = self.probe_with_write(dependency).await;
            }
            if dependency == Dependency::Database {
                // Connections that were opened during the outage may keep what the server said then.
                renewal::request();
            }
            self.set_outage(dependency, None);
            self.cached.invalidate(&dependency).await;
            tracing::info!(?dependency, "the outage has ended");
        }
        self.watched[dependency as usize].store(false, Ordering::Relaxed);
    }

    async fn probe(&self, dependency: Dependency) -> Condition {
        self.probe_in_time(dependency, false).await
    }

    /// A full disk shows only in a write that needs room.
    async fn probe_with_write(&self, dependency: Dependency) -> Condition {
        self.probe_in_time(dependency, true).await
    }

    async fn probe_in_time(&self, dependency: Dependency, writes: bool) -> Condition {
        let probed = async {
            match dependency {
                Dependency::Database => self.probe_database(writes).await,
                Dependency::Storage => match self.storage.check().await {
                    Ok(()) => Condition::Ok,
                    Err(_) => Condition::Unavailable,
                },
            }
        };
        tokio::time::timeout(PROBE_TIMEOUT, probed).await.unwrap_or(Condition::Unavailable)
    }

    async fn probe_database(&self, writes: bool) -> Condition {
        let mut kept = self.conn.lock().await;
        // The connection is taken out, so that a probe that times out never leaves one in use behind. A connection that is not well is not kept,
        // because it may keep what the server said when it was opened.
        if let Some((mut conn, opened)) = kept.take()
            && !renewal::is_stale(opened)
            && ask(&mut conn, writes).await == Condition::Ok
        {
            *kept = Some((conn, opened));
            return Condition::Ok;
        }
        let opened = Instant::now();
        let Ok(mut conn) = self.db.dedicated().await else { return Condition::Unavailable };
        let condition = ask(&mut conn, writes).await;
        *kept = (condition == Condition::Ok).then_some((conn, opened));
        condition
    }
}

async fn ask(conn: &mut AsyncPgConnection, writes: bool) -> Condition {
    let asked = match ability(conn).await {
        Ok(Ability::Writes) if writes => room_for_writes(conn).await,
        other => other,
    };
    asked.map_or(Condition::Unavailable, Condition::from)
}
