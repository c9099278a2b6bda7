//! What changed since a cursor: pages, each of one moment. Together they are not: a device may see a child before its parent.

mod page;
mod sources;

use uuid::Uuid;

use super::cursor::Cursor;
use super::door;
use crate::db::Database;
use crate::error::{ApiError, ErrorCode};
use crate::models::{OwnerId, space};

pub use page::{ChangedRow, Page, load_rows};
pub use sources::{Source, all_sources, find_source};

/// Why a device must begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResyncReason {
    /// The database was restored from a backup.
    Epoch,
    /// Deletes that it has not read of are swept.
    Horizon,
}

pub struct Pull {
    pub epoch: Uuid,
    /// `None`: from the beginning.
    pub cursor: Option<Cursor>,
    pub sources: Vec<Source>,
    /// Rows at most.
    pub limit: usize,
}

impl Pull {
    /// Whether the cursor can be continued. Asked before a push: what can't be pulled after it should not be pushed.
    pub async fn check(&self, db: &Database, owner: &OwnerId) -> Result<(), ApiError> {
        self.check_epoch()?;
        let Some(cursor) = &self.cursor else { return Ok(()) };
        let state = space::state(&*db.conn().await?, owner).await?.ok_or_else(ApiError::unauthenticated)?;
        require_deletes(cursor, &self.sources, state.horizon)
    }

    fn check_epoch(&self) -> Result<(), ApiError> {
        match &self.cursor {
            Some(cursor) if cursor.epoch != self.epoch => Err(resync(ResyncReason::Epoch)),
            _ => Ok(()),
        }
    }

    /// The next page. While nothing changed this reads one row.
    pub async fn next_page(self, db: &Database, owner: &OwnerId) -> Result<Page, ApiError> {
        self.check_epoch()?;
        let cursor = self.cursor.unwrap_or_else(|| Cursor::start(self.epoch));
        let version = space::version(&*db.conn().await?, owner).await?.ok_or_else(ApiError::unauthenticated)?;
        if cursor.newest() > version {
            // A version that this database never had: it is an older one than the cursor's.
            return Err(resync(ResyncReason::Epoch));
        }
        if self.sources.iter().all(|source| cursor.place(source.name).covers(version)) {
            return Ok(Page { changes: Vec::new(), cursor, has_more: false, version });
        }
        door::snapshot(db, owner, async |conn| page::read(conn, owner, cursor, self.sources, self.limit).await).await
    }
}

/// Refuses a cursor that may have missed deletes of what it asks for.
fn require_deletes(cursor: &Cursor, sources: &[Source], horizon: i64) -> Result<(), ApiError> {
    match sources.iter().any(|source| cursor.place(source.name).is_behind(horizon)) {
        true => Err(resync(ResyncReason::Horizon)),
        false => Ok(()),
    }
}

fn resync(reason: ResyncReason) -> ApiError {
    let (word, detail) = match reason {
        ResyncReason::Epoch => (
            "epoch",
            "The database was restored from a backup: offer again what it may have lost, then pull without a cursor.",
        ),
        ResyncReason::Horizon => (
            "horizon",
            "This device was away for longer than deletes are remembered: pull without a cursor, and keep what is not sent yet.",
        ),
    };
    ApiError::new(ErrorCode::ResyncRequired, detail).because(word)
}
