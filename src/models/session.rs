//! Sign-in sessions. A token is stored as its SHA-256, so it can't be read back.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::committed::committed;
use super::user::UserRecord;
use crate::db::{OwnerId, UserTx};
use crate::json::Timestamp;
use crate::schema::{session, user};

/// A row of `session`, without the token's hash.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = session)]
pub struct SessionRecord {
    pub id: String,
    pub user_id: String,
    pub expires_at: Timestamp,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A session to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = session)]
pub struct NewSession<'a> {
    pub id: &'a str,
    pub user_id: &'a str,
    pub token_hash: &'a [u8],
    pub expires_at: Timestamp,
    pub ip_address: Option<&'a str>,
    pub user_agent: Option<&'a str>,
}

impl NewSession<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<SessionRecord> {
        let insert = diesel::insert_into(session::table).values(self).returning(SessionRecord::as_returning());
        committed(insert.load(conn).await?)
    }
}

/// The unexpired session of a token, with its user.
pub async fn find_by_token_hash(
    conn: &mut AsyncPgConnection,
    token_hash: &[u8],
) -> QueryResult<Option<(SessionRecord, UserRecord)>> {
    session::table
        .inner_join(user::table)
        .filter(session::token_hash.eq(token_hash))
        .filter(session::expires_at.gt(Utc::now()))
        .select((SessionRecord::as_select(), UserRecord::as_select()))
        .get_result(conn)
        .await
        .optional()
}

/// The token hash of a session. `None` for an unknown id.
pub async fn find_token_hash(conn: &mut AsyncPgConnection, session_id: &str) -> QueryResult<Option<Vec<u8>>> {
    session::table.find(session_id).select(session::token_hash).get_result(conn).await.optional()
}

/// Sets the expiry of a session that was used. Returns the number of changed rows: 0 or 1.
pub async fn prolong(conn: &mut AsyncPgConnection, session_id: &str, expires_at: Timestamp) -> QueryResult<usize> {
    diesel::update(session::table.find(session_id))
        .set((session::expires_at.eq(expires_at), session::updated_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await
}

/// The user's unexpired sessions, newest first.
pub async fn list(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<SessionRecord>> {
    session::table
        .filter(session::user_id.eq(owner.user_id()))
        .filter(session::expires_at.gt(Utc::now()))
        .order((session::created_at.desc(), session::id.desc()))
        .select(SessionRecord::as_select())
        .load(conn)
        .await
}

/// A selection of the user's sessions, by id.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    All,
    One(&'a str),
    AllBut(&'a str),
}

/// The token hashes of the user's sessions.
pub async fn token_hashes(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<Vec<u8>>> {
    session::table.filter(session::user_id.eq(owner.user_id())).select(session::token_hash).load(conn).await
}

/// [`token_hashes`] in the transaction of the user.
pub async fn token_hashes_of(tx: &mut UserTx) -> QueryResult<Vec<Vec<u8>>> {
    let (conn, owner) = tx.parts();
    token_hashes(conn, owner).await
}

/// Deletes sessions of the user. Returns the token hashes of the deleted ones.
pub async fn delete(conn: &mut AsyncPgConnection, owner: &OwnerId, which: Which<'_>) -> QueryResult<Vec<Vec<u8>>> {
    let delete = diesel::delete(session::table).filter(session::user_id.eq(owner.user_id()));
    match which {
        Which::All => delete.returning(session::token_hash).get_results(conn).await,
        Which::One(id) => delete.filter(session::id.eq(id)).returning(session::token_hash).get_results(conn).await,
        Which::AllBut(id) => delete.filter(session::id.ne(id)).returning(session::token_hash).get_results(conn).await,
    }
}

/// Deletes the expired sessions of all users. Returns their number.
pub async fn delete_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::expires_at.lt(Utc::now()))).execute(conn).await
}

/// Deletes the sessions of all users, for a restore: sessions that were ended after the backup would be valid again. Returns their number.
pub async fn delete_all(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(session::table).execute(conn).await
}
