//! The audit log for administrators, and the removal of its old entries.

use std::time::Duration;

use uuid::Uuid;

use crate::counts::{Counts, Sweep};
use crate::db::Database;
use crate::error::ApiError;
use crate::json::PageLimit;
use crate::models::audit::{self, AuditFilter, AuditRecord};

/// Entries that one statement removes at most.
const STEP: i64 = 5_000;
/// The pause before the first run, so that it does not slow a start.
const FIRST: Duration = Duration::from_secs(90);
/// The pause between two runs.
const EVERY: Duration = Duration::from_secs(3_600);

/// A page of entries, the newest first, and whether there are more.
///
/// # Errors
/// Those of the database.
pub async fn page(
    db: &Database,
    filter: AuditFilter<'_>,
    before: Option<Uuid>,
    limit: PageLimit,
) -> Result<(Vec<AuditRecord>, bool), ApiError> {
    let mut rows = audit::list(&mut *db.conn().await?, filter, before, limit.with_lookahead()).await?;
    let more = limit.cut(&mut rows);
    Ok((rows, more))
}

/// Removes entries that are older than `days`, and returns their number.
///
/// # Errors
/// Those of the database.
pub async fn remove_old(db: &Database, days: i64) -> Result<usize, ApiError> {
    let mut total = 0;
    loop {
        let removed = audit::remove_old(&mut *db.conn().await?, days, STEP).await?;
        total += removed;
        if (removed as i64) < STEP {
            return Ok(total);
        }
    }
}

/// Removes old entries every hour, until the process ends.
pub async fn sweep_loop(db: Database, days: i64, counts: Counts) {
    tokio::time::sleep(FIRST).await;
    loop {
        let removed = remove_old(&db, days).await;
        match &removed {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "old entries of the audit log were removed"),
            Err(error) => tracing::warn!(%error, "the audit log was not swept; the next run continues"),
        }
        counts.sweep(Sweep::Audit, removed.ok());
        tokio::time::sleep(EVERY).await;
    }
}
