//! Sign-in sessions. A token is stored as its SHA-256, so it can't be read back.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::audit;
use super::committed::committed;
use super::user::UserRecord;
use crate::db::OwnerId;
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

/// The user's unexpired sessions, newest first, at most `limit`.
pub async fn list(conn: &mut AsyncPgConnection, owner: &OwnerId, limit: u32) -> QueryResult<Vec<SessionRecord>> {
    session::table
        .filter(session::user_id.eq(owner.user_id()))
        .filter(session::expires_at.gt(Utc::now()))
        .order((session::created_at.desc(), session::id.desc()))
        .limit(i64::from(limit))
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

/// Deletes sessions of the user. Returns the number of deleted ones.
pub async fn delete(conn: &mut AsyncPgConnection, owner: &OwnerId, which: Which<'_>) -> QueryResult<usize> {
    let delete = diesel::delete(session::table).filter(session::user_id.eq(owner.user_id()));
    match which {
        Which::All => delete.execute(conn).await,
        Which::One(id) => delete.filter(session::id.eq(id)).execute(conn).await,
        Which::AllBut(id) => delete.filter(session::id.ne(id)).execute(conn).await,
    }
}

/// The sessions that one sign-in ends at most. An account from before the limit has more, and its next sign-ins end the rest.
const MAX_ENDED: i64 = 1_000;

/// Deletes the sessions of the user that were unused the longest, so that at most `most` are left, but 1,000 at most. `newest` is never deleted. Returns
/// the number of deleted ones. The audit log has one entry for them.
pub async fn delete_surplus(
    conn: &mut AsyncPgConnection,
    user_id: &str,
    newest: &str,
    most: u32,
) -> QueryResult<usize> {
    // Read first: a delete with a subquery scans the table for each row of it where the statistics are old.
    let surplus: Vec<String> = session::table
        .filter(session::user_id.eq(user_id))
        .filter(session::id.ne(newest))
        // A session's `updated_at` is its last use, to the hour.
        .order((session::updated_at.desc(), session::id.desc()))
        .offset(i64::from(most) - 1)
        .limit(MAX_ENDED)
        .select(session::id)
        .load(conn)
        .await?;
    if surplus.is_empty() {
        return Ok(0);
    }
    audit::record(conn, user_id, ("session.end", "session"), None, &[]).await?;
    diesel::delete(session::table.filter(session::id.eq_any(surplus))).execute(conn).await
}

/// Deletes the expired sessions of all users. Returns their number.
pub async fn delete_expired(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::expires_at.lt(Utc::now()))).execute(conn).await
}

/// Deletes the sessions of all users, for a restore: sessions that were ended after the backup would be valid again. Returns their number.
pub async fn delete_all(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(session::table).execute(conn).await
}
