//! What repeatable writes came to: rows and queries. What an outcome says is the caller's affair.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::receipts;
use crate::wire::FreeJson;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = receipts)]
pub struct ReceiptRecord {
    /// SHA-256 of the request that was answered; empty where the outcome is swept and only the name is left.
    pub request_hash: Vec<u8>,
    pub outcome: FreeJson,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = receipts)]
pub struct NewReceipt<'a> {
    pub client_id: &'a str,
    pub mutation_id: &'a str,
    /// The mutation id as a number, for clients whose mutations count up.
    pub number: Option<i64>,
    pub request_hash: &'a [u8],
    pub outcome: FreeJson,
    /// The user's version after the write.
    pub version: i64,
}

impl NewReceipt<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<usize> {
        diesel::insert_into(receipts::table).values((receipts::user_id.eq(owner.as_str()), self)).execute(conn).await
    }
}

/// All in one statement.
pub async fn insert_all(conn: &mut AsyncPgConnection, owner: &OwnerId, new: Vec<NewReceipt<'_>>) -> QueryResult<usize> {
    let rows: Vec<_> = new.into_iter().map(|receipt| (receipts::user_id.eq(owner.as_str()), receipt)).collect();
    diesel::insert_into(receipts::table).values(rows).execute(conn).await
}

/// Those of a client's numbers from `first` to `last` that are kept.
pub async fn find_numbers(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    client_id: &str,
    (first, last): (i64, i64),
) -> QueryResult<Vec<(Option<i64>, ReceiptRecord)>> {
    receipts::table
        .filter(receipts::user_id.eq(owner.as_str()))
        .filter(receipts::client_id.eq(client_id))
        .filter(receipts::number.between(first, last))
        .select((receipts::number, ReceiptRecord::as_select()))
        .load(conn)
        .await
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    client_id: &str,
    mutation_id: &str,
) -> QueryResult<Option<ReceiptRecord>> {
    receipts::table
        .find((owner.as_str(), client_id, mutation_id))
        .select(ReceiptRecord::as_select())
        .get_result(conn)
        .await
        .optional()
}

/// Removes outcomes that are older than `days`, `limit` at most; how many there were. What is left says that a name is used up: the highest
/// number of each client, and every name of a single write, which no number outlives.
pub async fn forget(conn: &mut AsyncPgConnection, owner: &OwnerId, days: i32, limit: i64) -> QueryResult<usize> {
    const OLD: &str = "SELECT o.ctid FROM receipts o WHERE o.user_id = $1 AND o.request_hash <> ''
        AND o.created_at < now() - make_interval(days => $2)";
    let passed = format!(
        "DELETE FROM receipts WHERE user_id = $1 AND ctid = ANY (ARRAY({OLD} AND o.number <
             (SELECT max(h.number) FROM receipts h WHERE h.user_id = $1 AND h.client_id = o.client_id) LIMIT $3))"
    );
    let names = format!(
        "UPDATE receipts SET request_hash = '', outcome = '{{}}' WHERE user_id = $1 AND ctid = ANY (ARRAY({OLD} LIMIT $3))"
    );
    let mut forgotten = 0;
    for sql in [passed, names] {
        let room = limit - forgotten as i64;
        forgotten += diesel::sql_query(sql)
            .bind::<Text, _>(owner.as_str())
            .bind::<Integer, _>(days)
            .bind::<BigInt, _>(room)
            .execute(conn)
            .await?;
    }
    Ok(forgotten)
}

/// The number of the last mutation that a client has an outcome for; 0 where there is none.
pub async fn highest_number(conn: &mut AsyncPgConnection, owner: &OwnerId, client_id: &str) -> QueryResult<i64> {
    let highest: Option<i64> = receipts::table
        .filter(receipts::user_id.eq(owner.as_str()))
        .filter(receipts::client_id.eq(client_id))
        .select(diesel::dsl::max(receipts::number))
        .get_result(conn)
        .await?;
    Ok(highest.unwrap_or_default())
}
