//! A database that was restored from a backup begins a new life: a new epoch, by which cursors and ETags of the old one end. Servers know the
//! epoch from their start, so none may be running; each shows that it does by a lock that it shares with the others.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::db::advisory::{self, Lock};
use crate::db::{Database, DbError, listen};
use crate::models::{database_state, session};

/// How often a server makes sure that it is still seen.
const LOOK: Duration = Duration::from_secs(1);

/// Shows that a server runs, until it is dropped.
pub struct Presence {
    db: Database,
    conn: AsyncPgConnection,
    /// Of the database that this server serves.
    pub epoch: Uuid,
}

impl Presence {
    /// To be taken before anything is served. Waits for a restore that is under way.
    pub async fn begin(db: &Database) -> Result<Self, DbError> {
        let (conn, epoch) = enter(db).await?;
        Ok(Self { db: db.clone(), conn, epoch })
    }

    /// Returns when the database has begun another life without us: then this server must end. A connection that breaks is made anew.
    pub async fn until_restored(mut self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if listen::ping(&mut self.conn).await.is_ok() {
                continue;
            }
            if let Ok((conn, epoch)) = enter(&self.db).await {
                if epoch != self.epoch {
                    return;
                }
                self.conn = conn;
            }
        }
    }
}

async fn enter(db: &Database) -> Result<(AsyncPgConnection, Uuid), DbError> {
    let mut conn = db.dedicated().await?;
    advisory::share(&mut conn, Lock::Serving).await?;
    // After the lock: whoever sets a new epoch has it alone.
    let epoch = database_state::epoch(&mut conn).await?;
    Ok((conn, epoch))
}

/// What became of a restore.
#[derive(Debug, PartialEq, Eq)]
pub enum Restore {
    Done {
        before: Uuid,
        now: Uuid,
        /// Sign-in sessions that were ended.
        sessions: usize,
    },
    /// A server runs: nothing was changed.
    ServerRuns,
}

/// Begins a new life of the database. Receipts stay: a number is only ever one mutation, so what the backup knows is a true repeat and what it
/// lost is a gap, which is refused (docs/adr/0013).
pub async fn restore(mut conn: AsyncPgConnection, sign_out: bool) -> Result<Restore, DbError> {
    if !advisory::try_alone(&mut conn, Lock::Serving).await? {
        return Ok(Restore::ServerRuns);
    }
    let before = database_state::epoch(&mut conn).await?;
    let sessions = if sign_out { session::delete_all(&mut conn).await? } else { 0 };
    let now = database_state::begin_epoch(&mut conn).await?;
    Ok(Restore::Done { before, now, sessions })
}
