//! Sign-in sessions. A token is stored as its SHA-256 and can't be read back.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::user::UserRecord;
use crate::schema::{session, user};
use crate::wire::Timestamp;

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
        diesel::insert_into(session::table).values(self).returning(SessionRecord::as_returning()).get_result(conn).await
    }
}

/// The living session of a token, with its user.
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

pub async fn delete(conn: &mut AsyncPgConnection, session_id: &str) -> QueryResult<usize> {
    diesel::delete(session::table.find(session_id)).execute(conn).await
}

/// Everybody's, for a restore: those that were ended after the backup would live again.
pub async fn delete_all(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    diesel::delete(session::table).execute(conn).await
}
