//! The rows of all collections, in one table. Which collections there are and what their values mean is not known here.

mod bury;
mod preferences;
mod store;
mod survey;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::records;
use crate::wire::{FreeJson, PageLimit, Timestamp};

pub use bury::{MAX_LINKS, Referring, bury, bury_referring, unlink_referring};
pub use preferences::preferences;
pub use store::{NewContent, StoredRecord, store};
pub use survey::{Question, Survey, SurveyedRecord, survey};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = records)]
pub struct CollectionRecord {
    pub id: String,
    pub value: FreeJson,
    pub revision: i64,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// The row, tombstone or not.
pub async fn find(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    collection: &str,
    id: &str,
) -> QueryResult<Option<CollectionRecord>> {
    records::table
        .find((owner.as_str(), collection, id))
        .select(CollectionRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// Rows in order of their ids, so that a row which is there all the while is listed once; one more than the page, so that the
/// caller sees whether another page follows.
pub async fn page(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    collection: &str,
    after_id: Option<&str>,
    with_deleted: bool,
    limit: PageLimit,
) -> QueryResult<Vec<CollectionRecord>> {
    let mut query = records::table
        .filter(records::user_id.eq(owner.as_str()))
        .filter(records::collection.eq(collection))
        .order(records::id.asc())
        .limit(limit.with_lookahead())
        .select(CollectionRecord::as_select())
        .into_boxed();
    if let Some(after_id) = after_id {
        query = query.filter(records::id.gt(after_id.to_owned()));
    }
    if !with_deleted {
        query = query.filter(records::deleted_at.is_null());
    }
    query.load(&mut conn).await
}

/// The rows, tombstones too, in any order.
pub async fn load(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    collection: &str,
    ids: &[String],
) -> QueryResult<Vec<CollectionRecord>> {
    records::table
        .filter(records::user_id.eq(owner.as_str()))
        .filter(records::collection.eq(collection))
        .filter(records::id.eq_any(ids))
        .select(CollectionRecord::as_select())
        .load(&mut conn)
        .await
}
