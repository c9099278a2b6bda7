//! The keys of the JWTs. One key signs. Replaced keys verify until their tokens have expired.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::json::Timestamp;
use crate::schema::signing_key;

/// A row of `signing_key`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub struct SigningKeyRecord {
    pub kid: String,
    pub public_key: Vec<u8>,
    /// Encrypted: see `auth::seal`.
    pub sealed_private_key: Vec<u8>,
    /// `None`: the key signs.
    pub verifies_until: Option<Timestamp>,
}

/// Locks the table against other writers until the end of the transaction. Reads are not blocked.
pub async fn lock(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::sql_query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE").execute(conn).await
}

/// The keys whose tokens may be valid, the signing key first.
pub async fn valid(conn: &mut AsyncPgConnection) -> QueryResult<Vec<SigningKeyRecord>> {
    signing_key::table
        .filter(signing_key::verifies_until.is_null().or(signing_key::verifies_until.gt(Utc::now())))
        .order((signing_key::verifies_until.desc().nulls_first(), signing_key::created_at.desc()))
        .select(SigningKeyRecord::as_select())
        .load(conn)
        .await
}

/// Replaces the signing key: it verifies until `verifies_until`. Returns the number of changed rows: 0 or 1.
pub async fn retire(conn: &mut AsyncPgConnection, verifies_until: Timestamp) -> QueryResult<usize> {
    diesel::update(signing_key::table.filter(signing_key::verifies_until.is_null()))
        .set(signing_key::verifies_until.eq(verifies_until))
        .execute(conn)
        .await
}

pub async fn insert(conn: &mut AsyncPgConnection, key: &SigningKeyRecord) -> QueryResult<usize> {
    diesel::insert_into(signing_key::table).values(key).execute(conn).await
}

/// Deletes the keys whose tokens have all expired. Returns their number.
pub async fn delete_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(signing_key::table.filter(signing_key::verifies_until.lt(Utc::now()))).execute(conn).await
}
