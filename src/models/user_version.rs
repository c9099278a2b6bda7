//! The user's version. Every write locks its row first, and raises the version if it changed a row.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::db::{OwnerKey, UserConn, UserReader, UserTx};
use crate::json::RowSpace;
use crate::schema::user_version;

/// The current version, read without a lock. `None`: the user was deleted.
pub async fn version(reader: UserReader<'_>) -> QueryResult<Option<i64>> {
    let (mut conn, owner) = reader.parts();
    user_version::table.find(owner.key()).select(user_version::version).get_result(&mut conn).await.optional()
}

/// The current version, and the size of the user's largest row in lists, which never shrinks. `None`: the user was deleted.
pub async fn version_and_largest_row(reader: UserReader<'_>) -> QueryResult<Option<(i64, i64)>> {
    let (mut conn, owner) = reader.parts();
    let columns = (user_version::version, user_version::largest_row);
    user_version::table.find(owner.key()).select(columns).get_result(&mut conn).await.optional()
}

/// The version and the horizon of a user.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = user_version)]
pub struct UserVersion {
    pub version: i64,
    /// Tombstones of this version and older may have been removed.
    pub horizon: i64,
    used_bytes: i64,
    used_count: i64,
}

impl UserVersion {
    /// What the user's rows take up at the quota: the living ones, or half of all that are stored if that is more.
    pub fn used(&self) -> RowSpace {
        RowSpace { bytes: self.used_bytes, rows: self.used_count }
    }
}

/// Version and horizon, read without a lock. `None`: the user was deleted.
pub async fn state(reader: UserReader<'_>) -> QueryResult<Option<UserVersion>> {
    let (mut conn, owner) = reader.parts();
    user_version::table.find(owner.key()).select(UserVersion::as_select()).get_result(&mut conn).await.optional()
}

/// The current versions of several users, in any order. Deleted users are left out.
pub async fn versions(conn: &mut AsyncPgConnection, owners: &[OwnerKey]) -> QueryResult<Vec<(OwnerKey, i64)>> {
    user_version::table
        .filter(user_version::owner.eq_any(owners))
        .select((user_version::owner, user_version::version))
        .load(conn)
        .await
}

/// Locks the user's writes until the end of the transaction. It must be the first statement of its transaction: later statements then see what earlier
/// writers committed. `None`: the user was deleted.
pub async fn lock(user: UserConn<'_>) -> QueryResult<Option<UserVersion>> {
    let (conn, owner) = user.parts();
    user_version::table
        .find(owner.key())
        .select(UserVersion::as_select())
        .for_update()
        .get_result(conn)
        .await
        .optional()
}

/// Raises the horizon, before tombstones up to this version are removed. The horizon never decreases, and the version does not change. Returns the
/// number of changed rows: 0 or 1.
pub async fn set_horizon(tx: &mut UserTx, horizon: i64) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    diesel::update(user_version::table.find(owner.key()).filter(user_version::horizon.lt(horizon)))
        .set(user_version::horizon.eq(horizon))
        .execute(conn)
        .await
}

/// Sets the version, and counts `writes` for the present day in UTC. It is the last statement of a write that changed a row. Returns what the user's
/// rows take up now.
pub async fn raise(user: UserConn<'_>, version: i64, writes: i64) -> QueryResult<RowSpace> {
    let (conn, owner) = user.parts();
    let today = chrono::Utc::now().date_naive();
    let of_today = case_when(user_version::write_day.eq(today), user_version::day_writes + writes).otherwise(writes);
    let raised: UserVersion = diesel::update(user_version::table.find(owner.key()))
        .set((
            user_version::version.eq(version),
            user_version::day_writes.eq(of_today),
            user_version::write_day.eq(today),
        ))
        .returning(UserVersion::as_returning())
        .get_result(conn)
        .await?;
    Ok(raised.used())
}
