//! Old tombstones in all synced tables: which users have them, their newest version, and their removal. These statements are rare, so they are plain
//! text.

use super::synced_table::SyncedTable;
use crate::db::{OwnerId, OwnerKey, UserTx};
use crate::models::user;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable};
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
    let sql = match expired {
        Some(expired) => format!(
            "WITH removed AS ({remove} RETURNING id) INSERT INTO {expired} (owner, id) SELECT $1, id FROM removed
             ON CONFLICT (owner, id) DO UPDATE SET id = excluded.id"
        ),
        None => remove,
    };
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<Integer, _>(days)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await
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
        #[diesel(sql_type = Bool)]
        due: bool,
    }
    let has: Vec<String> = tables
        .iter()
        .map(|SyncedTable { name, .. }| {
            format!("EXISTS (SELECT FROM {name} t WHERE t.owner = p.owner AND t.deleted_at < now() - make_interval(days => $1)) OR")
        })
        .collect();
    let sql = format!(
        "SELECT p.owner, {} EXISTS (SELECT FROM idempotency_records r WHERE r.owner = p.owner AND r.request_hash <> ''
             AND r.created_at < now() - make_interval(days => $1)) AS due
         FROM (SELECT owner FROM user_version WHERE owner > $2 ORDER BY owner LIMIT $3) AS p ORDER BY p.owner",
        has.join(" ")
    );
    let users: Vec<UserRow> = diesel::sql_query(sql)
        .bind::<Integer, _>(days)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    let next = users.last().filter(|_| users.len() as i64 == limit).map(|row| row.owner);
    // The keys come from a job of the server, not from a request.
    let due = user::owners(conn, users.into_iter().filter(|row| row.due).map(|row| row.owner)).await?;
    Ok(Chunk { due: due.into_values().collect(), next })
}
