//! Keys that sign JWTs. One signs; those that it replaced verify until their tokens have expired.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::schema::signing_key;
use crate::wire::Timestamp;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
pub struct SigningKeyRecord {
    pub kid: String,
    pub public_key: Vec<u8>,
    /// Sealed: see `auth::seal`.
    pub sealed_private_key: Vec<u8>,
    /// `None`: this one signs.
    pub verifies_until: Option<Timestamp>,
}

/// One at a time decides which key signs; others may read.
pub async fn lock(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::sql_query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE").execute(conn).await
}

/// All whose tokens may still be good, the one that signs first.
pub async fn living(conn: &mut AsyncPgConnection) -> QueryResult<Vec<SigningKeyRecord>> {
    signing_key::table
        .filter(signing_key::verifies_until.is_null().or(signing_key::verifies_until.gt(Utc::now())))
        .order((signing_key::verifies_until.desc().nulls_first(), signing_key::created_at.desc()))
        .select(SigningKeyRecord::as_select())
        .load(conn)
        .await
}

/// The key that signs does so no more.
pub async fn retire(conn: &mut AsyncPgConnection, verifies_until: Timestamp) -> QueryResult<usize> {
    diesel::update(signing_key::table.filter(signing_key::verifies_until.is_null()))
        .set(signing_key::verifies_until.eq(verifies_until))
        .execute(conn)
        .await
}

pub async fn insert(conn: &mut AsyncPgConnection, key: &SigningKeyRecord) -> QueryResult<usize> {
    diesel::insert_into(signing_key::table).values(key).execute(conn).await
}

/// Those that verify nothing any more.
pub async fn delete_dead(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(signing_key::table.filter(signing_key::verifies_until.lt(Utc::now()))).execute(conn).await
}
