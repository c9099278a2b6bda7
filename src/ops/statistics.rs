//! Counts over all users, for administrators. They read whole tables, so all callers within a minute get the same ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use moka::future::Cache;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Database;
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::{asset, stats};
use crate::sync::registry::Registry;
use crate::sync::user_tx;

/// How long counts are answered again.
const KEPT: Duration = Duration::from_secs(60);
/// The days of `writesPerDay`.
const DAYS: i64 = 30;

/// Counts over all users.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// When they were counted. They are up to a minute old.
    pub counted_at: Timestamp,
    pub users: i64,
    /// The living rows of each kind and collection.
    pub rows: BTreeMap<String, i64>,
    /// What all living rows take up, in bytes.
    pub row_bytes: i64,
    /// What all completed files take up, in bytes.
    pub file_bytes: i64,
    /// The living rows of kinds that have a status, by kind and status.
    pub by_status: BTreeMap<String, BTreeMap<String, i64>>,
    /// The accepted writes of each of the last 30 days in UTC. A message that was stored, an applied mutation of a push, and a row that an import or a
    /// request changed are one write each. Repeats, refusals and writes that changed nothing don't count. Days without a write are left out.
    pub writes_per_day: BTreeMap<NaiveDate, i64>,
}

/// Counts on demand. Clones share the counts.
#[derive(Clone)]
pub struct Statistics {
    db: Database,
    kinds: Registry,
    counted: Cache<(), Arc<Counts>>,
}

impl Statistics {
    pub fn new(db: Database, kinds: Registry) -> Self {
        Self { db, kinds, counted: Cache::builder().max_capacity(1).time_to_live(KEPT).build() }
    }

    /// The counts of the last minute, or new ones. Concurrent callers share one computation.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counts(&self) -> Result<Arc<Counts>, ApiError> {
        let counted = self.counted.try_get_with((), async { self.count().await.map(Arc::new) }).await;
        counted.map_err(|error: Arc<ApiError>| (*error).clone())
    }

    async fn count(&self) -> Result<Counts, ApiError> {
        let (tables, kinds) = (self.kinds.tables(), &self.kinds);
        let mut conn = self.db.conn().await?;
        user_tx::job_tx(&mut conn, async |conn| {
            let totals = stats::totals(conn).await?;
            let mut counts = Counts {
                counted_at: Timestamp::now(),
                users: totals.users,
                rows: kinds.iter().map(|kind| (kind.name().to_owned(), 0)).collect(),
                row_bytes: totals.row_bytes,
                file_bytes: asset::completed_bytes(conn).await?,
                by_status: BTreeMap::new(),
                writes_per_day: BTreeMap::new(),
            };
            let before = counts.counted_at.0.date_naive() - chrono::Duration::days(DAYS);
            counts.writes_per_day =
                stats::writes(conn, before).await?.into_iter().map(|one| (one.day, one.writes)).collect();
            for table in tables {
                let of_table = kinds.iter().find(|kind| kind.table() == table).map(|kind| kind.name());
                for row in stats::rows(conn, table).await? {
                    let name = if table.collection.is_some() {
                        row.collection
                    } else {
                        of_table.unwrap_or_default().to_owned()
                    };
                    *counts.rows.entry(name).or_default() += row.living;
                }
                if let (Some(column), Some(name)) = (table.status, of_table) {
                    let words = stats::words(conn, table.name, column).await?;
                    let words = words.into_iter().map(|one| (one.word, one.count)).collect();
                    counts.by_status.insert(name.to_owned(), words);
                }
            }
            Ok(counts)
        })
        .await
    }
}
