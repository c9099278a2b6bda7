//! Assets: rows and reads. [`transition`] changes the status of a row. [`object`] holds the keys of its bytes.

mod export;
mod link;
mod object;
mod reconcile;
mod stored;
mod sweep;
mod transition;
mod used;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::{UserReader, UserTx};
use crate::json::{PageCursor, PageLimit, Timestamp};
use crate::models::synced_table::SyncedTable;
use crate::schema::assets;

pub use export::export;
pub use link::{LINK_MARGIN, LinkedKey, links_end, note_links};
pub use object::{ObjectRecord, find_object, object_keys, release_lease, set_keys, set_upload, take_lease};
pub use reconcile::{Missing, Seen, Unseen, count_missing, mark_missing, mark_seen, seen_last, unseen};
pub use stored::{StoredFile, stored};
pub use sweep::{open_uploads, stale};
pub use transition::{AssetStatus, Transition, create, set_content, transition};
pub use used::{completed_bytes, used};

/// How the table syncs.
pub const SYNCED: SyncedTable = SyncedTable {
    name: "assets",
    id_type: "uuid",
    bytes: "octet_length(file_name) + 600",
    collection: None,
    has_foreign_key: true,
    expired: None,
    status: Some("status"),
};

/// A row of `assets`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = assets)]
pub struct AssetRecord {
    pub id: Uuid,
    pub project_id: Option<String>,
    pub file_name: String,
    pub file_type: String,
    pub mime_type: String,
    /// Bytes.
    pub size: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub sha256: Option<String>,
    pub status: AssetStatus,
    pub error: Option<String>,
    /// Counts the changes of the row.
    pub revision: i64,
    /// The user's version that last changed the row.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// The description that the bytes must match. It is fixed once the asset is completed.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = assets, treat_none_as_null = true)]
pub struct AssetContent {
    pub file_type: String,
    pub mime_type: String,
    pub size: i64,
    pub sha256: Option<String>,
}

/// The members that clients may change at any time. The last write wins.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = assets, treat_none_as_null = true)]
pub struct AssetLabel {
    pub project_id: Option<String>,
    pub file_name: String,
    pub width: Option<i32>,
    pub height: Option<i32>,
}

impl AssetRecord {
    pub fn content(&self) -> AssetContent {
        AssetContent {
            file_type: self.file_type.clone(),
            mime_type: self.mime_type.clone(),
            size: self.size,
            sha256: self.sha256.clone(),
        }
    }

    pub fn label(&self) -> AssetLabel {
        AssetLabel {
            project_id: self.project_id.clone(),
            file_name: self.file_name.clone(),
            width: self.width,
            height: self.height,
        }
    }
}

/// Restricts a list of assets. `None` does not restrict.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssetFilter<'a> {
    pub project_id: Option<&'a str>,
    pub status: Option<AssetStatus>,
}

/// Living assets, last changed first. It returns up to one row more than `limit`, which shows that another page follows.
pub async fn list(
    reader: UserReader<'_>,
    only: AssetFilter<'_>,
    after: Option<PageCursor>,
    limit: PageLimit,
) -> QueryResult<Vec<AssetRecord>> {
    let (mut conn, owner) = reader.parts();
    let mut query = assets::table
        .filter(assets::owner.eq(owner.key()))
        .filter(assets::deleted_at.is_null())
        .order((assets::version.desc(), assets::id.desc()))
        .limit(limit.with_lookahead())
        .select(AssetRecord::as_select())
        .into_boxed();
    if let Some(status) = only.status {
        query = query.filter(assets::status.eq(status));
    }
    if let Some(project_id) = only.project_id {
        query = query.filter(assets::project_id.eq(project_id.to_owned()));
    }
    if let Some(PageCursor { version, id }) = after {
        query = query.filter(assets::version.lt(version).or(assets::version.eq(version).and(assets::id.lt(id))));
    }
    query.load(&mut conn).await
}

/// The row, which may be a tombstone. `None` where there is none.
pub async fn find(reader: UserReader<'_>, id: Uuid) -> QueryResult<Option<AssetRecord>> {
    let (mut conn, owner) = reader.parts();
    assets::table.find((owner.key(), id)).select(AssetRecord::as_select()).get_result(&mut conn).await.optional()
}

/// The rows with these ids, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, ids: &[Uuid]) -> QueryResult<Vec<AssetRecord>> {
    let (mut conn, owner) = reader.parts();
    assets::table
        .filter(assets::owner.eq(owner.key()))
        .filter(assets::id.eq_any(ids))
        .select(AssetRecord::as_select())
        .load(&mut conn)
        .await
}

/// Sets the label of a living asset. Returns the new row, or `None` if the label is the same.
pub async fn relabel(
    tx: &mut UserTx,
    current: &AssetRecord,
    label: &AssetLabel,
    version: i64,
) -> QueryResult<Option<AssetRecord>> {
    let (conn, owner) = tx.parts();
    if current.label() == *label {
        return Ok(None);
    }
    diesel::update(assets::table.find((owner.key(), current.id)))
        .set((
            label.clone(),
            assets::revision.eq(assets::revision + 1),
            assets::version.eq(version),
            assets::updated_at.eq(diesel::dsl::now),
        ))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}
