//! A database that was restored from a backup gets a new epoch, which invalidates cursors and ETags of the old one. Servers read the epoch
//! once at their start, so none may run during a restore. Every running server holds a shared advisory lock.

use std::time::{Duration, Instant};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::db::advisory::{self, Lock};
use crate::db::{Database, DbError, listen, renewal};
use crate::models::{database_state, session};

/// How often a server checks that it still holds the lock.
const PING_EVERY: Duration = Duration::from_secs(1);

/// The shared lock of a running server. It is held until it is dropped.
pub struct Presence {
    db: Database,
    conn: AsyncPgConnection,
    opened: Instant,
    /// The epoch of the database that this server serves.
    pub epoch: Uuid,
}

impl Presence {
    /// Takes the lock. A server does so before it listens. Waits for a restore that is running.
    ///
    /// # Errors
    /// A [`DbError`].
    pub async fn begin(db: &Database) -> Result<Self, DbError> {
        let opened = Instant::now();
        let (conn, epoch) = take_lock(db).await?;
        Ok(Self { db: db.clone(), conn, opened, epoch })
    }

    /// Returns when the epoch has changed: the server must end then. A connection that is broken, or leads to a server of
    /// before a failover, is opened again.
    pub async fn until_restored(mut self) {
        loop {
            tokio::time::sleep(PING_EVERY).await;
            if !renewal::is_stale(self.opened) && listen::ping(&mut self.conn).await.is_ok() {
                continue;
            }
            let opened = Instant::now();
            if let Ok((conn, epoch)) = take_lock(&self.db).await {
                if epoch != self.epoch {
                    return;
                }
                (self.conn, self.opened) = (conn, opened);
            }
        }
    }
}

async fn take_lock(db: &Database) -> Result<(AsyncPgConnection, Uuid), DbError> {
    let mut conn = db.dedicated().await?;
    advisory::share(&mut conn, Lock::Serving).await?;
    // Read after the lock is taken: a restore holds it exclusively while it sets the epoch.
    let epoch = database_state::epoch(&mut conn).await?;
    Ok((conn, epoch))
}

/// The result of a restore.
#[derive(Debug, PartialEq, Eq)]
pub enum Restore {
    Done {
        /// The epoch before.
        before: Uuid,
        /// The new epoch.
        now: Uuid,
        /// How many sign-in sessions were deleted.
        sessions: usize,
    },
    /// A server runs. Nothing was changed.
    ServerRuns,
}

/// Sets a new epoch; with `sign_out` also deletes all sign-in sessions. Idempotency records stay: a number always names the same mutation, so
/// a mutation that the backup has is a repeat, and one that it lost is a gap, which is refused (docs/adr/0013).
///
/// # Errors
/// A [`DbError`].
pub async fn restore(mut conn: AsyncPgConnection, sign_out: bool) -> Result<Restore, DbError> {
    if !advisory::try_exclusive(&mut conn, Lock::Serving).await? {
        return Ok(Restore::ServerRuns);
    }
    let before = database_state::epoch(&mut conn).await?;
    let sessions = if sign_out { session::delete_all(&mut conn).await? } else { 0 };
    let now = database_state::begin_epoch(&mut conn).await?;
    Ok(Restore::Done { before, now, sessions })
}
