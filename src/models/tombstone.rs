//! Old tombstones in all synced tables: which users have them, their newest version, and their removal. These statements are rare, so they are plain
//! text.

use super::synced_table::SyncedTable;
use crate::db::{OwnerId, OwnerKey, UserTx};
use crate::models::user;
use crate::schema::user_version;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A condition: the row is an old tombstone. `$1` is the owner, `$2` the days.
const OLD: &str = "owner = $1 AND deleted_at < now() - make_interval(days => $2)";

/// The newest version among tombstones that are older than `days`. `None` where there are none.
pub async fn newest_version(tx: &mut UserTx, tables: &[SyncedTable], days: i32) -> QueryResult<Option<i64>> {
    let (conn, owner) = tx.parts();
    #[derive(QueryableByName)]
    struct Newest {
        #[diesel(sql_type = Nullable<BigInt>)]
        version: Option<i64>,
    }
    let newest: Vec<String> = tables
        .iter()
        .map(|SyncedTable { name, .. }| format!("(SELECT max(version) FROM {name} WHERE {OLD})"))
        .collect();
    let row: Newest = diesel::sql_query(format!("SELECT greatest(NULL::bigint, {}) AS version", newest.join(", ")))
        .bind::<BigInt, _>(owner.key())
        .bind::<Integer, _>(days)
        .get_result(conn)
        .await?;
    Ok(row.version)
}

/// Removes at most `limit` tombstones that are older than `days`, and returns their number. Their ids are stored in the table of expired ids, if the
/// kind has one.
pub async fn remove(tx: &mut UserTx, table: SyncedTable, days: i32, limit: i64) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    let SyncedTable { name, expired, .. } = table;
    let old = format!("SELECT ctid FROM {name} WHERE {OLD} LIMIT $3");
    let remove = format!("DELETE FROM {name} WHERE owner = $1 AND ctid = ANY (ARRAY({old}))");
    let Some(expired) = expired else {
        return diesel::sql_query(remove)
            .bind::<BigInt, _>(owner.key())
            .bind::<Integer, _>(days)
            .bind::<BigInt, _>(limit)
            .execute(conn)
            .await;
    };
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    // The insert is a part of the statement and not the statement itself: a cluster would send the rows of that by COPY, which row-level security refuses.
    let kept: Count = diesel::sql_query(format!(
        "WITH removed AS ({remove} RETURNING id), kept AS (
             INSERT INTO {expired} (owner, id) SELECT $1, id FROM removed ON CONFLICT (owner, id) DO UPDATE SET id = excluded.id RETURNING id
         ) SELECT count(*) AS n FROM kept"
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<Integer, _>(days)
    .bind::<BigInt, _>(limit)
    .get_result(conn)
    .await?;
    Ok(usize::try_from(kept.n).unwrap_or_default())
}

/// Some users, in order of their keys.
#[derive(Debug)]
pub struct Chunk {
    /// The users who have tombstones or outcomes that are older than the given days.
    pub due: Vec<OwnerId>,
    /// The key after which the next chunk begins. `None` after the last chunk.
    pub next: Option<OwnerKey>,
}

/// Checks the next `limit` users after the key `after`. The work is bounded for any number of users.
pub async fn due_after(
    conn: &mut AsyncPgConnection,
    tables: &[SyncedTable],
    after: OwnerKey,
    days: i32,
    limit: i64,
) -> QueryResult<Chunk> {
    #[derive(QueryableByName)]
    struct UserRow {
        #[diesel(sql_type = BigInt)]
        owner: OwnerKey,
    }
    let users: Vec<OwnerKey> = user_version::table
        .filter(user_version::owner.gt(after))
        .order(user_version::owner)
        .limit(limit)
        .select(user_version::owner)
        .load(conn)
        .await?;
    let next = users.last().filter(|_| users.len() as i64 == limit).copied();
    // Two statements and no correlated subquery, so that a cluster can run each on all shards.
    let mut old: Vec<String> = tables
        .iter()
        .map(|SyncedTable { name, .. }| {
            format!(
                "SELECT owner FROM {name} WHERE owner = ANY ($2) AND deleted_at < now() - make_interval(days => $1)"
            )
        })
        .collect();
    old.push(
        "SELECT owner FROM idempotency_records WHERE owner = ANY ($2) AND request_hash <> ''
             AND created_at < now() - make_interval(days => $1)"
            .to_owned(),
    );
    let rows: Vec<UserRow> = diesel::sql_query(old.join(" UNION "))
        .bind::<Integer, _>(days)
        .bind::<Array<BigInt>, _>(&users)
        .load(conn)
        .await?;
    // The keys come from a job of the server, not from a request.
    let due = user::owners(conn, rows.into_iter().map(|row| row.owner)).await?;
    Ok(Chunk { due: due.into_values().collect(), next })
}
