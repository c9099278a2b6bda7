//! Pull: the rows that changed since a cursor, in pages. Each page is a snapshot. Different pages are of different moments, so a child may come
//! before its parent.

mod page;
mod page_size;
mod resync;
mod wanted;

use uuid::Uuid;

use super::cursor::Cursor;
use super::registry::Kind;
use super::user_tx::{self, Access};
use crate::db::{Database, OwnerId, ReadConn, UserReader};
use crate::error::ApiError;
use crate::models::user_version;
use crate::trace::{self, Attribute};

pub use page::Page;
pub use page_size::PageSize;
pub use resync::ResyncReason;
pub use wanted::Wanted;

use resync::{require_deletes, require_ids, require_version, resync};

/// The parameters of a pull.
pub struct Pull {
    /// The epoch of the database.
    pub epoch: Uuid,
    /// `None`: from the beginning.
    pub cursor: Option<Cursor>,
    /// The kinds to pull, in order.
    pub kinds: Vec<Kind>,
    pub size: PageSize,
}

impl Pull {
    /// Refuses a cursor of another database history, and one that no server made. Needs no database.
    ///
    /// # Errors
    /// `resync_required` because of `epoch`, or `validation_failed` at `/cursor`.
    pub fn require_readable(&self) -> Result<(), ApiError> {
        match &self.cursor {
            Some(cursor) if cursor.epoch != self.epoch => Err(resync(ResyncReason::Epoch)),
            Some(cursor) => require_ids(cursor, &self.kinds),
            None => Ok(()),
        }
    }

    /// Refuses a cursor that can't be continued at this version and horizon. A push checks this before it applies mutations.
    ///
    /// # Errors
    /// As [`Self::require_readable`], and `resync_required` because of `horizon`.
    pub fn require_continuable(&self, version: i64, horizon: i64) -> Result<(), ApiError> {
        self.require_readable()?;
        let Some(cursor) = &self.cursor else { return Ok(()) };
        require_version(cursor, version)?;
        require_deletes(cursor, &self.kinds, horizon)
    }

    /// The next page. Without changes this reads one row.
    ///
    /// # Errors
    /// As [`Self::require_continuable`], and `unauthenticated` if the user is deleted.
    pub async fn next_page(&self, db: &Database, owner: &OwnerId) -> Result<Page, ApiError> {
        self.require_readable()?;
        let page = async {
            let conn = db.read_conn(owner).await?;
            let version = conn.run(user_version::version(UserReader::new(&conn, owner))).await?;
            let version = version.ok_or_else(ApiError::unauthenticated)?;
            self.page_on(&conn, owner, version).await
        };
        trace::span("pull", || vec![Attribute::new("user.id", owner.user_id().to_owned())], page).await
    }

    /// The next page on a connection that is in no transaction. `version` is the user's version, read shortly before.
    ///
    /// # Errors
    /// As [`Self::next_page`].
    pub async fn page_on(&self, conn: &ReadConn, owner: &OwnerId, version: i64) -> Result<Page, ApiError> {
        let cursor = self.cursor.clone().unwrap_or_else(|| Cursor::start(self.epoch));
        require_version(&cursor, version)?;
        if self.kinds.iter().all(|kind| cursor.position(kind.name()).covers(version)) {
            return Ok(Page { changes: Vec::new(), cursor, has_more: false, version });
        }
        if self.size.bytes == 0 && !self.size.whole_first_row {
            return Ok(Page { changes: Vec::new(), cursor, has_more: true, version });
        }
        let read = async |reader: UserReader<'_>| page::read(reader, cursor, &self.kinds, self.size).await;
        user_tx::read_with(conn, owner, Access::Snapshot, read).await
    }
}
