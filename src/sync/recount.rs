//! Recount: the counters of users' rows are compared with the rows, and corrected if they differ. Triggers and the functions of frequent writes keep
//! the counters (docs/adr/0039). A statement that passes them, such as a repair by hand, leaves a wrong counter behind, and a quota then refuses a user
//! who has room. A run is bounded, and the next run continues after its last user.

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::registry::Registry;
use super::{Outcome, UserWriter, user_tx};
use crate::counts::{Counts, Sweep};
use crate::db::advisory::{self, Lock};
use crate::db::{Database, OwnerId, OwnerKey, UserConn};
use crate::error::ApiError;
use crate::models::row_space::{self, Recount};

/// The pause before the first run, so that it does not slow a start.
const FIRST: Duration = Duration::from_secs(120);
/// The pause between two runs.
const EVERY: Duration = Duration::from_secs(3_600);
/// Users that one query lists.
const CHUNK_USERS: i64 = 1_000;

/// What one run counts at most.
#[derive(Debug, Clone, Copy)]
pub struct RunLimit {
    pub users: usize,
    /// A user whose rows exceed it is counted as a whole, and ends the run.
    pub rows: i64,
}

impl Default for RunLimit {
    fn default() -> Self {
        Self { users: 10_000, rows: 1_000_000 }
    }
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecountRun {
    /// Users whose rows were counted.
    pub users: usize,
    /// Users whose counters were wrong.
    pub corrected: usize,
    /// The key after which the next run begins.
    pub next: OwnerKey,
}

/// Corrects counters every hour, until the process ends. Of several servers, one at a time does so.
pub async fn run_recount(db: Database, writer: UserWriter, kinds: Registry, counts: Counts) {
    tokio::time::sleep(FIRST).await;
    let mut next = None;
    loop {
        match correct_counters(&db, &writer, &kinds, next, RunLimit::default()).await {
            Ok(Some(run)) => {
                next = Some(run.next);
                counts.sweep(Sweep::Recount, Some(run.corrected));
            }
            Ok(None) => {}
            Err(error) => {
                // The next run begins at another user, so that one user can't stop it for ever.
                next = None;
                counts.sweep(Sweep::Recount, None);
                tracing::warn!(%error, "the recount failed; the next run begins at another user");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Compares the counters of the users after the key `after`, and corrects those that are wrong. Without `after` it begins at any user, so that servers
/// that restart often don't count the same users each time. `None` if another process does so now.
///
/// # Errors
/// Those of the database. If the counters of one user can't be corrected, that is logged and skipped.
pub async fn correct_counters(
    db: &Database,
    writer: &UserWriter,
    kinds: &Registry,
    after: Option<OwnerKey>,
    limit: RunLimit,
) -> Result<Option<RecountRun>, ApiError> {
    let tables = row_space::counted(&kinds.tables());
    let mut conn = db.dedicated().await?;
    if !advisory::try_exclusive(&mut conn, Lock::Recount).await? {
        return Ok(None);
    }
    let after = match after {
        Some(after) => after,
        None => user_tx::job_tx(&mut conn, async |conn| Ok(any_key(row_space::last_user(conn).await?))).await?,
    };
    let mut run = RecountRun { users: 0, corrected: 0, next: after };
    let mut rows = 0;
    loop {
        let (after, left) = (run.next, limit.users.saturating_sub(run.users));
        let chunk = CHUNK_USERS.min(i64::try_from(left).unwrap_or(CHUNK_USERS));
        let users =
            user_tx::job_tx(&mut conn, async |conn| Ok(row_space::users_after(conn, after, chunk).await?)).await?;
        if users.is_empty() && left > 0 {
            return Ok(Some(RecountRun { next: OwnerKey::FIRST, ..run }));
        }
        for owner in &users {
            let user = UserConn::new(&mut conn, owner);
            let counted =
                user_tx::read_after(user, async |reader| Ok(row_space::recount(reader, &tables).await?)).await?;
            run = RecountRun { users: run.users + 1, next: owner.key(), ..run };
            let Some(counted) = counted else { continue };
            rows += counted.actual.stored.rows;
            if counted.kept != counted.actual {
                run.corrected += usize::from(correct(writer, owner, counted).await);
            }
            if rows >= limit.rows {
                return Ok(Some(run));
            }
        }
        if users.is_empty() {
            return Ok(Some(run));
        }
    }
}

/// A key before the last one.
fn any_key(last: Option<OwnerKey>) -> OwnerKey {
    let (random, _) = Uuid::new_v4().as_u64_pair();
    let last = last.map_or(0, OwnerKey::get).unsigned_abs();
    OwnerKey::new(i64::try_from(random % last.max(1)).unwrap_or_default())
}

/// Corrects the counters under the user's lock. False if that failed.
async fn correct(writer: &UserWriter, owner: &OwnerId, counted: Recount) -> bool {
    let Recount { kept, actual } = counted;
    let corrected = writer.write(owner, move |tx| {
        async move {
            row_space::correct(tx, counted).await?;
            Ok(Outcome::Unchanged(()))
        }
        .boxed()
    });
    let user = owner.user_id();
    match corrected.await {
        Ok(()) => {
            tracing::warn!(user, ?kept, ?actual, "the counters of a user's rows were wrong and are corrected");
            true
        }
        // A user with constant writes must not stop the correction of others.
        Err(error) => {
            tracing::warn!(user, ?kept, ?actual, %error, "wrong counters were not corrected; a later run tries again");
            false
        }
    }
}
