//! What repeatable writes came to: rows and queries. What an outcome says is the caller's affair.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::receipts;
use crate::wire::FreeJson;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = receipts)]
pub struct ReceiptRecord {
    /// SHA-256 of the request that was answered.
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
