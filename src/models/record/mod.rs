//! The rows of all collections, in one table. The declarations of the collections are not known here.

mod export;
mod import;
mod preferences;
mod preflight;
mod soft_delete;
mod store;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::UserReader;
use crate::json::{FreeJson, PageLimit, Timestamp};
use crate::models::page_budget::{Cut, Measured, within_bytes};
use crate::models::synced_table::SyncedTable;
use crate::schema::records;

pub use export::{export, export_members, export_one, export_parts, export_parts_of_parts};
pub use import::{free_names, import_table};
pub use preferences::preferences;
pub use preflight::{Preflight, PreflightRecord, PutIntent, preflight};
pub use soft_delete::{MAX_LINKS, Referring, soft_delete, soft_delete_referring, unlink_referring};
pub use store::{NewContent, StoredRecord, release_name, store};

/// How the rows of a collection sync.
pub const fn synced(collection: &'static str) -> SyncedTable {
    SyncedTable {
        name: "records",
        id_type: "text",
        bytes: "bytes",
        collection: Some(collection),
        has_foreign_key: true,
        expired: None,
        status: None,
    }
}

/// A row of a collection.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = records)]
pub struct CollectionRecord {
    pub id: String,
    pub value: FreeJson,
    pub revision: i64,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// The row, which may be a tombstone. `None` where there is none.
pub async fn find(reader: UserReader<'_>, collection: &str, id: &str) -> QueryResult<Option<CollectionRecord>> {
    let (mut conn, owner) = reader.parts();
    records::table
        .find((owner.key(), collection, id))
        .select(CollectionRecord::as_select())
        .get_result(&mut conn)
        .await
        .optional()
}

/// A page of rows in order of their ids, of about `bytes` at most. A row that exists during the whole listing is listed once.
pub async fn page(
    reader: UserReader<'_>,
    collection: &str,
    after_id: Option<&str>,
    with_deleted: bool,
    limit: PageLimit,
    bytes: i64,
) -> QueryResult<Cut<CollectionRecord>> {
    let (mut conn, owner) = reader.parts();
    let mut query = records::table
        .filter(records::owner.eq(owner.key()))
        .filter(records::collection.eq(collection))
        .order(records::id.asc())
        .limit(limit.with_lookahead())
        .select((records::bytes, CollectionRecord::as_select()))
        .into_boxed();
    if let Some(after_id) = after_id {
        query = query.filter(records::id.gt(after_id.to_owned()));
    }
    if !with_deleted {
        query = query.filter(records::deleted_at.is_null());
    }
    let rows: Vec<Measured<CollectionRecord>> = within_bytes(query, bytes).load(&mut conn).await?;
    Ok(Cut::of(rows, limit.rows()))
}

/// The rows with these ids, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, collection: &str, ids: &[String]) -> QueryResult<Vec<CollectionRecord>> {
    let (mut conn, owner) = reader.parts();
    records::table
        .filter(records::owner.eq(owner.key()))
        .filter(records::collection.eq(collection))
        .filter(records::id.eq_any(ids))
        .select(CollectionRecord::as_select())
        .load(&mut conn)
        .await
}
