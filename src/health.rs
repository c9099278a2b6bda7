//! Asks the database and the storage whether they answer. On a connection of its own: a pool that is in full use is not down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use moka::future::Cache;
use tokio::sync::Mutex;

use crate::db::Database;
use crate::storage::Storage;

const PATIENCE: Duration = Duration::from_secs(2);
/// How old an answer may be that anybody can ask for.
const RECENT: Duration = Duration::from_secs(1);
/// How often something that went away is asked whether it is back.
const LOOK: Duration = Duration::from_millis(500);

/// What a request may find away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Database,
    Storage,
}

pub struct HealthProbe {
    db: Database,
    storage: Storage,
    conn: Mutex<Option<AsyncPgConnection>>,
    recent: Cache<Part, bool>,
    /// Parts that are looked after until they answer.
    watched: [AtomicBool; 2],
    away: [AtomicBool; 2],
}

impl HealthProbe {
    pub fn new(db: Database, storage: Storage) -> Self {
        let recent = Cache::builder().time_to_live(RECENT).build();
        Self { db, storage, conn: Mutex::new(None), recent, watched: Default::default(), away: Default::default() }
    }

    /// Whether the part answered within the last second. Strangers may ask this as often as they like, and a question to the storage may cost money: they
    /// share one a second.
    pub async fn answered(&self, part: Part) -> bool {
        self.recent.get_with(part, self.answers(part)).await
    }

    /// Whether requests find this part away. Asks nobody.
    pub fn is_away(&self, part: Part) -> bool {
        AtomicBool::load(&self.away[part as usize], Ordering::Relaxed)
    }

    /// A request found this part away. An outage is said once when it begins and once when it has ended, however many requests meet it.
    pub fn suspect(self: &Arc<Self>, part: Part) {
        if !self.watched[part as usize].swap(true, Ordering::Relaxed) {
            let probe = self.clone();
            tokio::spawn(async move { probe.watch(part).await });
        }
    }

    async fn watch(&self, part: Part) {
        // It may be back already, or never have been away: a pool without a free connection looks the same to a request.
        if !self.answers(part).await {
            self.away[part as usize].store(true, Ordering::Relaxed);
            tracing::error!(?part, "away: requests that need it are answered 503");
            while !self.answers(part).await {
                tokio::time::sleep(LOOK).await;
            }
            self.away[part as usize].store(false, Ordering::Relaxed);
            tracing::info!(?part, "back");
        }
        self.watched[part as usize].store(false, Ordering::Relaxed);
    }

    async fn answers(&self, part: Part) -> bool {
        let asked = async {
            match part {
                Part::Database => self.ask_database().await,
                Part::Storage => self.storage.check().await.is_ok(),
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false)
    }

    async fn ask_database(&self) -> bool {
        let mut kept = self.conn.lock().await;
        // Taken out: should we be cut short, an unfinished conversation is not continued.
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
