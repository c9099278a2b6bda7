//! The write of a project: one call of `store_project` (migrations), one round trip, prepared once per connection.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::{ProjectRecord, ProjectSummaryRecord};
use crate::db::{DbError, OwnerKey, UserConn};
use crate::json::{FreeJson, Timestamp};
use crate::models::committed::committed;
use crate::models::row_quota::Limits;

/// The members to write. `None` keeps the stored value; `Some(None)` sets null.
#[derive(Debug, Default)]
pub struct ProjectChanges {
    pub name: Option<String>,
    pub data: Option<Option<FreeJson>>,
    pub parent_id: Option<Option<String>>,
    pub thumbnail_asset_id: Option<Option<String>>,
    pub client_updated_at: Option<Timestamp>,
}

/// The outcome of a write.
#[derive(Debug)]
pub enum ProjectWrite {
    Created(ProjectSummaryRecord),
    Updated(ProjectSummaryRecord),
    /// The stored row has the same content. No version was raised.
    Unchanged(ProjectSummaryRecord),
    /// The stored revision is not `base_revision`. Holds the stored row, or `None` where there is none. With a stamp the row comes without its
    /// document.
    Conflict(Option<ProjectRecord>),
    /// The parent is the project itself or below it.
    Cycle,
    /// The parent does not exist or is deleted.
    UnknownParent,
}

/// Writes a project whose stored revision is `base_revision` (0: the project is not stored). With a `stamp` the caller holds the user's lock and raises
/// the version to it. Without one the call locks and raises itself.
///
/// # Errors
/// An error of the database. A refusal is a value.
pub async fn write_project(
    user: UserConn<'_>,
    id: &str,
    base_revision: i64,
    changes: &ProjectChanges,
    stamp: Option<i64>,
) -> Result<ProjectWrite, DbError> {
    let quota = user.row_quota().filter(|_| stamp.is_none());
    let (conn, owner) = user.parts();
    let data_bytes = value(&changes.data).as_ref().map(|data| data.stored_bytes() as i64);
    let call =
        WriteProject { owner: owner.key(), id, base_revision, changes, data_bytes, stamp, quota: Limits::of(quota) };
    let (outcome, row): (String, Row) =
        committed(call.load(conn).await.map_err(|error| DbError::of_function(error, quota))?)?;
    let stored = row.into_record(id);
    Ok(match (outcome.as_str(), stored) {
        ("created", Some(row)) => ProjectWrite::Created(row.summary),
        ("updated", Some(row)) => ProjectWrite::Updated(row.summary),
        ("unchanged", Some(row)) => ProjectWrite::Unchanged(row.summary),
        ("conflict", row) => ProjectWrite::Conflict(row),
        ("cycle", _) => ProjectWrite::Cycle,
        ("unknown_parent", _) => ProjectWrite::UnknownParent,
        (other, _) => {
            let text = format!("store_project answered {other:?}");
            return Err(DbError::Query(diesel::result::Error::DeserializationError(text.into())));
        }
    })
}

/// The function's columns after `outcome`. All are NULL without a row.
#[derive(diesel::Queryable)]
struct Row {
    name: Option<String>,
    data: Option<FreeJson>,
    parent_id: Option<String>,
    thumbnail_asset_id: Option<String>,
    client_updated_at: Option<Timestamp>,
    revision: Option<i64>,
    version: Option<i64>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
}

impl Row {
    fn into_record(self, id: &str) -> Option<ProjectRecord> {
        let summary = ProjectSummaryRecord {
            id: id.to_owned(),
            name: self.name?,
            parent_id: self.parent_id,
            thumbnail_asset_id: self.thumbnail_asset_id,
            client_updated_at: self.client_updated_at,
            revision: self.revision?,
            version: self.version?,
            created_at: self.created_at?,
            updated_at: self.updated_at?,
            deleted_at: self.deleted_at,
        };
        Some(ProjectRecord { summary, data: self.data })
    }
}

/// diesel prepares a `sql_query` on every call. A type with a static id is prepared once per connection.
struct WriteProject<'a> {
    owner: OwnerKey,
    id: &'a str,
    base_revision: i64,
    changes: &'a ProjectChanges,
    data_bytes: Option<i64>,
    stamp: Option<i64>,
    quota: Limits,
}

type RowSqlType = (
    Nullable<Text>,
    Nullable<Jsonb>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Timestamptz>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
);

impl Query for WriteProject<'_> {
    type SqlType = (Text, RowSqlType);
}

impl QueryId for WriteProject<'_> {
    type QueryId = WriteProject<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for WriteProject<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let changes = self.changes;
        out.push_sql(
            "SELECT outcome, name, data, parent_id, thumbnail_asset_id, client_updated_at, revision, version, \
             created_at, updated_at, deleted_at FROM store_project(",
        );
        out.push_bind_param::<BigInt, _>(&self.owner)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.base_revision)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&changes.name)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(is_given(&changes.data))?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Jsonb>, _>(value(&changes.data))?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.data_bytes)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(is_given(&changes.parent_id))?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(value(&changes.parent_id))?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(is_given(&changes.thumbnail_asset_id))?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(value(&changes.thumbnail_asset_id))?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Timestamptz>, _>(&changes.client_updated_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.stamp)?;
        self.quota.walk_ast(out)
    }
}

/// Bind parameters are borrowed for as long as the query, so these functions return references.
fn is_given<T>(member: &Option<Option<T>>) -> &'static bool {
    if member.is_some() { &true } else { &false }
}

fn value<T>(member: &Option<Option<T>>) -> &Option<T> {
    member.as_ref().unwrap_or(&None)
}
