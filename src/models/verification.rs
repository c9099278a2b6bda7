//! Secrets that work once. A row is found by the secret's hash, and the request that deletes the row may use the secret.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::committed::committed;
use crate::json::Timestamp;
use crate::schema::verification;

/// A secret to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = verification)]
pub struct NewVerification<'a> {
    pub id: &'a str,
    /// The purpose and the hash of the secret.
    pub identifier: &'a str,
    pub value: &'a str,
    pub expires_at: Timestamp,
}

impl NewVerification<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(verification::table).values(self).execute(conn).await
    }
}

/// Deletes the row and returns its value. Of several concurrent callers one gets the value. `None`: unknown, used or expired.
pub async fn consume(conn: &mut AsyncPgConnection, identifier: &str) -> QueryResult<Option<String>> {
    let row = verification::table.filter(verification::identifier.eq(identifier));
    let take = diesel::delete(row).returning((verification::value, verification::expires_at));
    let taken: Option<(String, Timestamp)> = committed(take.load(conn).await?).optional()?;
    Ok(taken.filter(|(_, expires_at)| expires_at.0 > Utc::now()).map(|(value, _)| value))
}

/// Deletes the expired rows. Returns their number.
pub async fn delete_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(verification::table.filter(verification::expires_at.lt(Utc::now()))).execute(conn).await
}
