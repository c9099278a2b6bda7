//! Retention: tombstones and idempotency records are removed when they are older than `LANDFALL_TOMBSTONE_DAYS`. A step is a short write
//! under the user's lock. It raises the horizon before it removes rows, so that no device continues past a removed tombstone. The user's
//! version stays, because no living row changes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::registry::Registry;
use super::{Outcome, UserWriter, user_tx};
use crate::counts::{Counts, Sweep};
use crate::db::advisory::{self, Lock};
use crate::db::{Database, DbError, OwnerId, OwnerKey};
use crate::error::ApiError;
use crate::models::synced_table::SyncedTable;
use crate::models::{idempotency_record, stats, tombstone, user_version};

/// Rows that one step removes at most. The user's own writes wait for a step.
const STEP_ROWS: i64 = 2_000;
/// Users that one query checks.
const CHUNK_USERS: i64 = 1_000;
/// The days of which the writes are counted, twice what is shown to administrators.
const COUNTED_DAYS: i64 = 60;
/// The pause before the first run, so that it does not slow a start.
const FIRST: Duration = Duration::from_secs(60);
/// The pause between two runs.
const EVERY: Duration = Duration::from_secs(3_600);

/// How much a run removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Users with at least one removed row.
    pub users: usize,
    /// Tombstones and idempotency records.
    pub rows: usize,
}

/// Removes expired rows every hour, until the process ends. Of several servers, one at a time does so.
pub async fn run_retention(db: Database, writer: UserWriter, kinds: Registry, days: i32, counts: Counts) {
    tokio::time::sleep(FIRST).await;
    loop {
        let removed = remove_expired(&db, &writer, &kinds, days).await;
        match &removed {
            Ok(Some(Removed { users: 0, .. }) | None) => {}
            Ok(Some(Removed { users, rows })) => tracing::info!(users, rows, "expired rows were removed"),
            Err(error) => tracing::warn!(%error, "retention failed; the next run continues"),
        }
        if let Some(removed) = removed.transpose() {
            counts.sweep(Sweep::Retention, removed.ok().map(|removed| removed.rows));
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes the rows of all users that are older than `days`. `None` if another process does so now.
///
/// # Errors
/// Those of the database. A failure for one user is logged and skipped.
pub async fn remove_expired(
    db: &Database,
    writer: &UserWriter,
    kinds: &Registry,
    days: i32,
) -> Result<Option<Removed>, ApiError> {
    let tables: Arc<[SyncedTable]> = kinds.tables().into();
    let mut conn = db.dedicated().await?;
    if !advisory::try_exclusive(&mut conn, Lock::Retention).await? {
        return Ok(None);
    }
    let mut total = Removed::default();
    let mut next = Some(OwnerKey::FIRST);
    while let Some(after) = next {
        let chunk = user_tx::job_tx(&mut conn, async |conn| {
            Ok(tombstone::due_after(conn, &tables, after, days, CHUNK_USERS).await?)
        })
        .await?;
        for owner in &chunk.due {
            match remove_expired_of_user(writer, owner, &tables, days).await {
                Ok(rows) => total = Removed { users: total.users + 1, rows: total.rows + rows },
                // A user with constant writes must not stop the removal of other users' rows.
                Err(error) => {
                    tracing::warn!(user = owner.user_id(), %error, "rows of a user were not removed; the next run tries again")
                }
            }
        }
        next = chunk.next;
    }
    stats::remove_old_days(&mut conn, COUNTED_DAYS).await.map_err(DbError::from)?;
    Ok(Some(total))
}

/// Removes the user's rows that are older than `days`. The number of removed rows.
async fn remove_expired_of_user(
    writer: &UserWriter,
    owner: &OwnerId,
    tables: &Arc<[SyncedTable]>,
    days: i32,
) -> Result<usize, ApiError> {
    let mut rows = 0;
    loop {
        let removed = step(writer, owner, tables.clone(), days).await?;
        rows += removed;
        if removed == 0 {
            return Ok(rows);
        }
    }
}

async fn step(writer: &UserWriter, owner: &OwnerId, tables: Arc<[SyncedTable]>, days: i32) -> Result<usize, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let horizon = tombstone::newest_version(tx, &tables, days).await?;
                #[cfg(feature = "faults")]
                let horizon = horizon.filter(|_| !crate::faults::is(crate::faults::Bug::SweepWithoutHorizon));
                if let Some(horizon) = horizon {
                    user_version::set_horizon(tx, horizon).await?;
                }
                let mut removed = 0;
                for &table in tables.iter() {
                    let left = STEP_ROWS - removed as i64;
                    removed += tombstone::remove(tx, table, days, left).await?;
                }
                let left = STEP_ROWS - removed as i64;
                removed += idempotency_record::remove_old(tx, days, left).await?;
                Ok(Outcome::Unchanged(removed))
            }
            .boxed()
        })
        .await
}
