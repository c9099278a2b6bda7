//! Asks the database and the storage whether they answer. On a connection of its own: a pool that is in full use is not down.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::Mutex;

use crate::db::Database;
use crate::storage::Storage;

const PATIENCE: Duration = Duration::from_secs(2);

pub struct HealthProbe {
    db: Database,
    storage: Storage,
    conn: Mutex<Option<AsyncPgConnection>>,
}

impl HealthProbe {
    pub fn new(db: Database, storage: Storage) -> Self {
        Self { db, storage, conn: Mutex::new(None) }
    }

    pub async fn database(&self) -> bool {
        tokio::time::timeout(PATIENCE, self.ask_database()).await.unwrap_or(false)
    }

    pub async fn storage(&self) -> bool {
        matches!(tokio::time::timeout(PATIENCE, self.storage.check()).await, Ok(Ok(())))
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
