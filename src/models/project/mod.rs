//! Projects: rows and reads. [`write_project`] is one call of a database function. [`soft_delete`](soft_delete()) deletes a project with everything
//! below it.

mod export;
mod import;
mod soft_delete;
mod write;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::{UserReader, UserTx};
use crate::json::{FreeJson, Timestamp, VersionCursor};
use crate::models::synced_table::SyncedTable;
use crate::schema::projects;

pub use export::{export, export_below, export_one};
pub use import::import_table;
pub use soft_delete::soft_delete;
pub use write::{ProjectChanges, ProjectWrite, write_project};

/// How the table syncs.
pub const SYNCED: SyncedTable = SyncedTable {
    name: "projects",
    id_type: "text",
    bytes: "bytes",
    collection: None,
    has_foreign_key: true,
    expired: None,
    status: None,
};

/// A row with its document.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = projects)]
pub struct ProjectRecord {
    #[diesel(embed)]
    pub summary: ProjectSummaryRecord,
    pub data: Option<FreeJson>,
}

/// A row without its document, which may be large.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = projects)]
pub struct ProjectSummaryRecord {
    pub id: String,
    pub name: String,
    pub parent_id: Option<String>,
    pub thumbnail_asset_id: Option<String>,
    pub client_updated_at: Option<Timestamp>,
    /// Counts the row's accepted writes.
    pub revision: i64,
    /// The user's version that last changed the row.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// At most `limit` projects without their documents, last changed first.
pub async fn list(
    reader: UserReader<'_>,
    include_deleted: bool,
    after: Option<&VersionCursor>,
    limit: i64,
) -> QueryResult<Vec<ProjectSummaryRecord>> {
    let (mut conn, owner) = reader.parts();
    let mut query = projects::table
        .filter(projects::owner.eq(owner.key()))
        .order((projects::version.desc(), projects::id.desc()))
        .select(ProjectSummaryRecord::as_select())
        .into_boxed();
    if !include_deleted {
        query = query.filter(projects::deleted_at.is_null());
    }
    if let Some(VersionCursor { version, id }) = after {
        query = query
            .filter(projects::version.lt(*version).or(projects::version.eq(*version).and(projects::id.lt(id.clone()))));
    }
    query.limit(limit).load(&mut conn).await
}

/// The row, which may be a tombstone. `None` where there is none.
pub async fn find(reader: UserReader<'_>, id: &str) -> QueryResult<Option<ProjectRecord>> {
    let (mut conn, owner) = reader.parts();
    projects::table.find((owner.key(), id)).select(ProjectRecord::as_select()).get_result(&mut conn).await.optional()
}

/// The row without its document, which may be a tombstone. `None` where there is none.
pub async fn find_summary(tx: &mut UserTx, id: &str) -> QueryResult<Option<ProjectSummaryRecord>> {
    let (conn, owner) = tx.parts();
    projects::table.find((owner.key(), id)).select(ProjectSummaryRecord::as_select()).get_result(conn).await.optional()
}

/// Whether the project is a tombstone. False for an unknown id.
pub async fn is_deleted(tx: &mut UserTx, id: &str) -> QueryResult<bool> {
    let (conn, owner) = tx.parts();
    let tombstone = projects::table.find((owner.key(), id)).filter(projects::deleted_at.is_not_null());
    diesel::select(diesel::dsl::exists(tombstone)).get_result(conn).await
}

/// The rows with these ids and their documents, tombstones included, in any order.
pub async fn load(reader: UserReader<'_>, ids: &[String]) -> QueryResult<Vec<ProjectRecord>> {
    let (mut conn, owner) = reader.parts();
    projects::table
        .filter(projects::owner.eq(owner.key()))
        .filter(projects::id.eq_any(ids))
        .select(ProjectRecord::as_select())
        .load(&mut conn)
        .await
}
