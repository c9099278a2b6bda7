//! What the rows of a user take up: the counters of `user_version`, and the rows themselves. These statements are rare, so they are plain text.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::synced_table::SyncedTable;
use super::user;
use crate::db::{OwnerId, OwnerKey, UserReader, UserTx};
use crate::json::RowSpace;
use crate::schema::user_version;

/// The tables whose rows count, by the triggers `count_inserted`, `count_updated` and `count_deleted`: those that store the size of each row.
pub fn counted(tables: &[SyncedTable]) -> Vec<&'static str> {
    tables.iter().filter(|table| table.bytes == "bytes").map(|table| table.name).collect()
}

/// Counters of a user's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    pub living: RowSpace,
    /// Deleted rows included.
    pub stored: RowSpace,
}

/// The counters of a user, and what the rows take up at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recount {
    pub kept: Counters,
    pub actual: Counters,
}

/// Counts the user's rows in `tables`, which are those of [`counted`]. One statement sees one moment, so that a write beside it makes no difference. `None`: the user was deleted.
pub async fn recount(reader: UserReader<'_>, tables: &[&str]) -> QueryResult<Option<Recount>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Array<BigInt>)]
        kept: Vec<i64>,
        #[diesel(sql_type = Array<BigInt>)]
        actual: Vec<i64>,
    }
    let (mut conn, owner) = reader.parts();
    let rows: Vec<String> = tables
        .iter()
        .map(|table| format!("SELECT bytes, deleted_at IS NULL AS lives FROM {table} WHERE owner = $1"))
        .collect();
    let sql = format!(
        "SELECT ARRAY[u.row_bytes, u.row_count, u.stored_bytes, u.stored_count] AS kept, r.counted AS actual
         FROM user_version u, (
             SELECT ARRAY[coalesce(sum(l.bytes) FILTER (WHERE l.lives), 0)::bigint, count(*) FILTER (WHERE l.lives),
                          coalesce(sum(l.bytes), 0)::bigint, count(*)] AS counted
             FROM ({}) AS l
         ) AS r
         WHERE u.owner = $1",
        rows.join(" UNION ALL ")
    );
    let row: Option<Row> =
        diesel::sql_query(sql).bind::<BigInt, _>(owner.key()).get_result(&mut conn).await.optional()?;
    row.map(|row| Ok(Recount { kept: Counters::of(&row.kept)?, actual: Counters::of(&row.actual)? })).transpose()
}

impl Counters {
    fn of(numbers: &[i64]) -> QueryResult<Self> {
        let [bytes, rows, stored_bytes, stored_rows] = *numbers else {
            return Err(diesel::result::Error::DeserializationError("four counters expected".into()));
        };
        Ok(Self { living: RowSpace { bytes, rows }, stored: RowSpace { bytes: stored_bytes, rows: stored_rows } })
    }
}

/// Adds the difference of a recount to the counters, which may have changed since then.
pub async fn correct(tx: &mut UserTx, Recount { kept, actual }: Recount) -> QueryResult<()> {
    let (conn, owner) = tx.parts();
    diesel::update(user_version::table.find(owner.key()))
        .set((
            user_version::row_bytes.eq(user_version::row_bytes + (actual.living.bytes - kept.living.bytes)),
            user_version::row_count.eq(user_version::row_count + (actual.living.rows - kept.living.rows)),
            user_version::stored_bytes.eq(user_version::stored_bytes + (actual.stored.bytes - kept.stored.bytes)),
            user_version::stored_count.eq(user_version::stored_count + (actual.stored.rows - kept.stored.rows)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The next `limit` users after the key `after`, in order of their keys.
pub async fn users_after(conn: &mut AsyncPgConnection, after: OwnerKey, limit: i64) -> QueryResult<Vec<OwnerId>> {
    let keys: Vec<OwnerKey> = user_version::table
        .filter(user_version::owner.gt(after))
        .order(user_version::owner)
        .limit(limit)
        .select(user_version::owner)
        .load(conn)
        .await?;
    let mut users: Vec<OwnerId> = user::owners(conn, keys).await?.into_values().collect();
    users.sort_by_key(OwnerId::key);
    Ok(users)
}

/// The last key of a user. `None` without users.
pub async fn last_user(conn: &mut AsyncPgConnection) -> QueryResult<Option<OwnerKey>> {
    user_version::table.select(diesel::dsl::max(user_version::owner)).get_result(conn).await
}
