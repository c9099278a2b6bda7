//! Tombstones and receipts are kept for as long as a device may be away, and then swept: in steps, each under the user's lock and short.
//! The horizon goes first, so that nobody continues across a delete that is gone. The version stays: nothing changed.

use std::time::Duration;

use futures_util::FutureExt as _;

use super::{Outcome, Spaces, door};
use crate::db::Database;
use crate::db::advisory::{self, Lock};
use crate::error::ApiError;
use crate::models::{OwnerId, receipt, space, tombstone};

/// Rows that one step removes at most: the user's own writes wait for it.
const STEP_ROWS: i64 = 2_000;
/// People that are looked at in one query.
const CHUNK_PEOPLE: i64 = 1_000;
/// A server that was just started has other things to do.
const FIRST: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_secs(3_600);

/// What a sweep came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    pub people: usize,
    /// Tombstones and outcomes.
    pub rows: usize,
}

/// Sweeps by and by, for as long as the process lives. Several servers may do this: one at a time does.
pub async fn keep_sweeping(db: Database, spaces: Spaces, days: i32) {
    tokio::time::sleep(FIRST).await;
    loop {
        match sweep_all(&db, &spaces, days).await {
            Ok(Some(Swept { people: 0, .. }) | None) => {}
            Ok(Some(Swept { people, rows })) => tracing::info!(people, rows, "swept what was deleted long ago"),
            Err(error) => tracing::warn!(%error, "the sweep broke off; the next one goes on"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Everybody who has something older than `days`; `None` where another process is at it.
pub async fn sweep_all(db: &Database, spaces: &Spaces, days: i32) -> Result<Option<Swept>, ApiError> {
    let mut conn = db.dedicated().await?;
    if !advisory::try_alone(&mut conn, Lock::Sweeping).await? {
        return Ok(None);
    }
    let mut swept = Swept::default();
    let mut next = Some(String::new());
    while let Some(after) = next {
        let chunk =
            door::tend(&mut conn, async |conn| Ok(tombstone::due_after(conn, &after, days, CHUNK_PEOPLE).await?))
                .await?;
        for owner in &chunk.due {
            match sweep_one(spaces, owner, days).await {
                Ok(rows) => swept = Swept { people: swept.people + 1, rows: swept.rows + rows },
                // Somebody who writes without a pause must not keep the others' rows.
                Err(error) => tracing::warn!(user = owner.as_str(), %error, "not swept; the next sweep tries again"),
            }
        }
        next = chunk.next;
    }
    Ok(Some(swept))
}

/// Removes all that is older than `days`; how many rows there were.
pub async fn sweep_one(spaces: &Spaces, owner: &OwnerId, days: i32) -> Result<usize, ApiError> {
    let mut rows = 0;
    loop {
        let removed = step(spaces, owner, days).await?;
        rows += removed;
        if removed == 0 {
            return Ok(rows);
        }
    }
}

async fn step(spaces: &Spaces, owner: &OwnerId, days: i32) -> Result<usize, ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let horizon = tombstone::newest_version(tx.conn(), &owner_id, days).await?;
                #[cfg(feature = "planted")]
                let horizon = horizon.filter(|_| !crate::planted::is(crate::planted::Bug::SweepWithoutHorizon));
                if let Some(horizon) = horizon {
                    space::set_horizon(tx.conn(), &owner_id, horizon).await?;
                }
                let mut removed = 0;
                for table in tombstone::TABLES {
                    let room = STEP_ROWS - removed as i64;
                    removed += tombstone::remove(tx.conn(), &owner_id, table, days, room).await?;
                }
                let room = STEP_ROWS - removed as i64;
                removed += receipt::forget(tx.conn(), &owner_id, days, room).await?;
                Ok(Outcome::Unchanged(removed))
            }
            .boxed()
        })
        .await
}
