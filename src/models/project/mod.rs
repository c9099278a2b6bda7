//! Projects: rows and reads. Writes: [`write`](write::write_project) is one call of a database function, [`bury`](bury::bury) takes a family.

mod bury;
mod write;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::projects;
use crate::wire::{FreeJson, Timestamp};

pub use bury::bury;
pub use write::{ProjectChanges, ProjectWrite, write_project};

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

/// The last changed first.
pub async fn list(
    mut conn: &AsyncPgConnection,
    owner: &OwnerId,
    include_deleted: bool,
    limit: Option<i64>,
) -> QueryResult<Vec<ProjectSummaryRecord>> {
    let mut query = projects::table
        .filter(projects::user_id.eq(owner.as_str()))
        .order((projects::version.desc(), projects::id.desc()))
        .select(ProjectSummaryRecord::as_select())
        .into_boxed();
    if !include_deleted {
        query = query.filter(projects::deleted_at.is_null());
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    query.load(&mut conn).await
}

/// The row, tombstone or not.
pub async fn find(mut conn: &AsyncPgConnection, owner: &OwnerId, id: &str) -> QueryResult<Option<ProjectRecord>> {
    projects::table.find((owner.as_str(), id)).select(ProjectRecord::as_select()).get_result(&mut conn).await.optional()
}

/// The row without its document, tombstone or not.
pub async fn find_summary(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    id: &str,
) -> QueryResult<Option<ProjectSummaryRecord>> {
    projects::table
        .find((owner.as_str(), id))
        .select(ProjectSummaryRecord::as_select())
        .get_result(conn)
        .await
        .optional()
}

/// Whether the project is a tombstone; false where there is none.
pub async fn is_deleted(conn: &mut AsyncPgConnection, owner: &OwnerId, id: &str) -> QueryResult<bool> {
    let tombstone = projects::table.find((owner.as_str(), id)).filter(projects::deleted_at.is_not_null());
    diesel::select(diesel::dsl::exists(tombstone)).get_result(conn).await
}

/// The rows with their documents, tombstones too, in any order.
pub async fn load(mut conn: &AsyncPgConnection, owner: &OwnerId, ids: &[String]) -> QueryResult<Vec<ProjectRecord>> {
    projects::table
        .filter(projects::user_id.eq(owner.as_str()))
        .filter(projects::id.eq_any(ids))
        .select(ProjectRecord::as_select())
        .load(&mut conn)
        .await
}
