//! A user's space: the version that every write raises, and the row that all writers lock first.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::space;

/// The current version, without a lock. One row.
pub async fn version(mut conn: &AsyncPgConnection, owner: &OwnerId) -> QueryResult<Option<i64>> {
    space::table.find(owner.as_str()).select(space::version).get_result(&mut conn).await.optional()
}

/// Where a user's data stands.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = space)]
pub struct SpaceState {
    pub version: i64,
    /// Some tombstones of this version and older are swept.
    pub horizon: i64,
}

/// Version and horizon, without a lock. One row.
pub async fn state(mut conn: &AsyncPgConnection, owner: &OwnerId) -> QueryResult<Option<SpaceState>> {
    space::table.find(owner.as_str()).select(SpaceState::as_select()).get_result(&mut conn).await.optional()
}

/// The current versions of several people.
pub async fn versions(conn: &mut AsyncPgConnection, owners: &[OwnerId]) -> QueryResult<Vec<(OwnerId, i64)>> {
    let ids: Vec<&str> = owners.iter().map(OwnerId::as_str).collect();
    let rows: Vec<(String, i64)> =
        space::table.filter(space::user_id.eq_any(ids)).select((space::user_id, space::version)).load(conn).await?;
    Ok(rows.into_iter().map(|(id, version)| (OwnerId::of_authenticated(id), version)).collect())
}

/// Waits for every writer before us. Must be the first statement of its transaction and a statement of its own (rule 1): what
/// decides comes later and so sees what those writers committed.
pub async fn lock(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Option<i64>> {
    space::table.find(owner.as_str()).select(space::version).for_update().get_result(conn).await.optional()
}

/// Before tombstones up to this version are removed. It never goes back, and is no change of the data: the version stays.
pub async fn set_horizon(conn: &mut AsyncPgConnection, owner: &OwnerId, horizon: i64) -> QueryResult<usize> {
    diesel::update(space::table.find(owner.as_str()).filter(space::horizon.lt(horizon)))
        .set(space::horizon.eq(horizon))
        .execute(conn)
        .await
}

/// The last statement of a write that changed something.
pub async fn raise(conn: &mut AsyncPgConnection, owner: &OwnerId, version: i64) -> QueryResult<usize> {
    diesel::update(space::table.find(owner.as_str())).set(space::version.eq(version)).execute(conn).await
}
