//! Assets: rows and reads. How a row changes its state: [`transition`]. Where its bytes are: [`object`].

mod object;
mod sweep;
mod transition;
mod used;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::OwnerId;
use crate::schema::assets;
use crate::wire::{PageCursor, PageLimit, Timestamp};

pub use object::{ObjectRecord, claim, find_object, object_keys, release_claim, set_keys, set_upload};
pub use sweep::{Seen, Unseen, mark_seen, open_uploads, stale, unseen};
pub use transition::{AssetStatus, Transition, create, transition};
pub use used::used;

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
    /// The user's version that last changed the row.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// What the bytes must be; fixed once they are checked.
#[derive(Debug, Clone, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = assets, treat_none_as_null = true)]
pub struct AssetContent {
    pub file_type: String,
    pub mime_type: String,
    pub size: i64,
    pub sha256: Option<String>,
}

/// What people may change at any time: the last write wins.
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

/// Which assets to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssetFilter<'a> {
    pub project_id: Option<&'a str>,
    pub status: Option<AssetStatus>,
}

/// Living assets, the last changed first; one more than the page, so that the caller sees whether another page follows.
pub async fn list(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    only: AssetFilter<'_>,
    after: Option<PageCursor>,
    limit: PageLimit,
) -> QueryResult<Vec<AssetRecord>> {
    let mut query = assets::table
        .filter(assets::user_id.eq(owner.as_str()))
        .filter(assets::deleted_at.is_null())
        .order((assets::revision.desc(), assets::id.desc()))
        .limit(limit.with_lookahead())
        .select(AssetRecord::as_select())
        .into_boxed();
    if let Some(status) = only.status {
        query = query.filter(assets::status.eq(status));
    }
    if let Some(project_id) = only.project_id {
        query = query.filter(assets::project_id.eq(project_id.to_owned()));
    }
    if let Some(PageCursor { revision, id }) = after {
        query = query.filter(assets::revision.lt(revision).or(assets::revision.eq(revision).and(assets::id.lt(id))));
    }
    query.load(&mut conn).await
}

/// The row, tombstone or not.
pub async fn find(mut conn: &AsyncPgConnection, owner: &OwnerId, id: Uuid) -> QueryResult<Option<AssetRecord>> {
    assets::table.find((owner.as_str(), id)).select(AssetRecord::as_select()).get_result(&mut conn).await.optional()
}

/// The rows, tombstones too, in any order.
pub async fn load(mut conn: &AsyncPgConnection, owner: &OwnerId, ids: &[Uuid]) -> QueryResult<Vec<AssetRecord>> {
    assets::table
        .filter(assets::user_id.eq(owner.as_str()))
        .filter(assets::id.eq_any(ids))
        .select(AssetRecord::as_select())
        .load(&mut conn)
        .await
}

/// Gives a living asset another label; `None` where it has this one already.
pub async fn relabel(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    current: &AssetRecord,
    label: &AssetLabel,
    revision: i64,
) -> QueryResult<Option<AssetRecord>> {
    if current.label() == *label {
        return Ok(None);
    }
    diesel::update(assets::table.find((owner.as_str(), current.id)))
        .set((label.clone(), assets::revision.eq(revision), assets::updated_at.eq(diesel::dsl::now)))
        .returning(AssetRecord::as_returning())
        .get_result(conn)
        .await
        .optional()
}
