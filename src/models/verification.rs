//! Secrets that work once. The row is found by the secret's hash, and whoever takes it away is the one who may use it.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::committed::committed;
use crate::schema::verification;
use crate::wire::Timestamp;

#[derive(Debug, Insertable)]
#[diesel(table_name = verification)]
pub struct NewVerification<'a> {
    pub id: &'a str,
    /// What the secret is for, and its hash.
    pub identifier: &'a str,
    pub value: &'a str,
    pub expires_at: Timestamp,
}

impl NewVerification<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(verification::table).values(self).execute(conn).await
    }
}

/// Uses the secret up: of any number of callers one gets the value. `None`: never there, used, or expired.
pub async fn consume(conn: &mut AsyncPgConnection, identifier: &str) -> QueryResult<Option<String>> {
    let row = verification::table.filter(verification::identifier.eq(identifier));
    let take = diesel::delete(row).returning((verification::value, verification::expires_at));
    let taken: Option<(String, Timestamp)> = committed(take.load(conn).await?).optional()?;
    Ok(taken.filter(|(_, expires_at)| expires_at.0 > Utc::now()).map(|(value, _)| value))
}

/// Takes away what nobody came back for.
pub async fn delete_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(verification::table.filter(verification::expires_at.lt(Utc::now()))).execute(conn).await
}
