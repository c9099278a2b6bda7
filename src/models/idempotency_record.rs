//! The outcomes of writes that a client may repeat: rows and queries. The content of an outcome is opaque here.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use diesel_async::RunQueryDsl;

use crate::db::{UserReader, UserTx};
use crate::json::FreeJson;
use crate::schema::idempotency_records;

/// A stored outcome.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = idempotency_records)]
pub struct IdempotencyRecord {
    /// The SHA-256 of the answered request. Empty once the outcome was removed and only the name is kept.
    pub request_hash: Vec<u8>,
    pub outcome: FreeJson,
}

/// An outcome to insert. `client_id` is empty for a single write.
#[derive(Debug, Insertable)]
#[diesel(table_name = idempotency_records)]
pub struct NewIdempotencyRecord<'a> {
    pub client_id: &'a str,
    pub mutation_id: &'a str,
    /// The mutation id as a number, for clients that number their mutations.
    pub number: Option<i64>,
    pub request_hash: &'a [u8],
    pub outcome: FreeJson,
    /// The user's version after the write.
    pub version: i64,
}

impl NewIdempotencyRecord<'_> {
    pub async fn insert(&self, tx: &mut UserTx) -> QueryResult<usize> {
        let (conn, owner) = tx.parts();
        diesel::insert_into(idempotency_records::table)
            .values((idempotency_records::owner.eq(owner.key()), self))
            .execute(conn)
            .await
    }
}

/// Inserts all in one statement.
pub async fn insert_all(tx: &mut UserTx, new: Vec<NewIdempotencyRecord<'_>>) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    let rows: Vec<_> = new.into_iter().map(|record| (idempotency_records::owner.eq(owner.key()), record)).collect();
    diesel::insert_into(idempotency_records::table).values(rows).execute(conn).await
}

/// The number of the record that closes a client name. Numbers of mutations are below it, and JavaScript holds it exactly.
pub const CLOSED: i64 = 1 << 53;

/// The stored records of a client's numbers from `first` to `last`, in any order.
pub async fn find_numbers(
    reader: UserReader<'_>,
    client_id: &str,
    (first, last): (i64, i64),
) -> QueryResult<Vec<(Option<i64>, IdempotencyRecord)>> {
    let (mut conn, owner) = reader.parts();
    idempotency_records::table
        .filter(idempotency_records::owner.eq(owner.key()))
        .filter(idempotency_records::client_id.eq(client_id))
        .filter(idempotency_records::number.between(first, last))
        .select((idempotency_records::number, IdempotencyRecord::as_select()))
        .load(&mut conn)
        .await
}

/// The record of one mutation id. `None` where there is none.
pub async fn find(tx: &mut UserTx, client_id: &str, mutation_id: &str) -> QueryResult<Option<IdempotencyRecord>> {
    let (conn, owner) = tx.parts();
    idempotency_records::table
        .find((owner.key(), client_id, mutation_id))
        .select(IdempotencyRecord::as_select())
        .get_result(conn)
        .await
        .optional()
}

/// Removes at most `limit` outcomes that are older than `days`, and returns their number. The names of single writes and the highest number of each
/// client stay, because they must not be used again.
pub async fn remove_old(tx: &mut UserTx, days: i32, limit: i64) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    const OLD: &str = "SELECT o.ctid FROM idempotency_records o WHERE o.owner = $1 AND o.request_hash <> ''
        AND o.created_at < now() - make_interval(days => $2)";
    let superseded = format!(
        "DELETE FROM idempotency_records WHERE owner = $1 AND ctid = ANY (ARRAY({OLD} AND o.number <
             (SELECT max(h.number) FROM idempotency_records h WHERE h.owner = $1 AND h.client_id = o.client_id) LIMIT $3))"
    );
    let names = format!(
        "UPDATE idempotency_records SET request_hash = '', outcome = '{{}}' WHERE owner = $1 AND ctid = ANY (ARRAY({OLD} LIMIT $3))"
    );
    let mut removed = 0;
    for sql in [superseded, names] {
        let left = limit - removed as i64;
        removed += diesel::sql_query(sql)
            .bind::<BigInt, _>(owner.key())
            .bind::<Integer, _>(days)
            .bind::<BigInt, _>(left)
            .execute(conn)
            .await?;
    }
    Ok(removed)
}

/// The highest number of a client's stored outcomes, [`CLOSED`] if the client name is closed. 0 without one.
pub async fn highest_number(reader: UserReader<'_>, client_id: &str) -> QueryResult<i64> {
    highest_below(reader, client_id, CLOSED + 1).await
}

/// The highest number below `limit` of a client's stored outcomes. 0 without one.
pub async fn highest_below(reader: UserReader<'_>, client_id: &str, limit: i64) -> QueryResult<i64> {
    let (mut conn, owner) = reader.parts();
    let highest: Option<i64> = idempotency_records::table
        .filter(idempotency_records::owner.eq(owner.key()))
        .filter(idempotency_records::client_id.eq(client_id))
        .filter(idempotency_records::number.lt(limit))
        .select(diesel::dsl::max(idempotency_records::number))
        .get_result(&mut conn)
        .await?;
    Ok(highest.unwrap_or_default())
}
