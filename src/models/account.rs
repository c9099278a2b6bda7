//! Ways to sign in: who a person is at a provider. The identity is issuer and subject, never the address; tokens of the provider are not kept.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use super::user::UserRecord;
use crate::schema::{account, user};
use crate::wire::Timestamp;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = account)]
pub struct AccountRecord {
    pub id: String,
    pub user_id: String,
    /// The subject (`sub`) at the issuer.
    pub account_id: String,
    pub provider_id: String,
    pub scope: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = account)]
pub struct NewAccount<'a> {
    pub id: &'a str,
    pub user_id: &'a str,
    pub provider_id: &'a str,
    pub issuer: &'a str,
    pub account_id: &'a str,
    pub scope: &'a str,
}

impl NewAccount<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(account::table).values(self).execute(conn).await
    }
}

/// Whom an issuer means by a subject.
pub async fn find_user(conn: &mut AsyncPgConnection, issuer: &str, subject: &str) -> QueryResult<Option<UserRecord>> {
    account::table
        .inner_join(user::table)
        .filter(account::issuer.eq(issuer).and(account::account_id.eq(subject)))
        .select(UserRecord::as_select())
        .get_result(conn)
        .await
        .optional()
}

/// A person's ways to sign in, the oldest first. They stay as they are until the transaction ends.
pub async fn lock_all(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<AccountRecord>> {
    account::table
        .filter(account::user_id.eq(owner.as_str()))
        .order((account::created_at, account::id))
        .select(AccountRecord::as_select())
        .for_update()
        .load(conn)
        .await
}

/// A person's ways to sign in, the oldest first.
pub async fn list(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<AccountRecord>> {
    account::table
        .filter(account::user_id.eq(owner.as_str()))
        .order((account::created_at, account::id))
        .select(AccountRecord::as_select())
        .load(conn)
        .await
}

pub async fn delete(conn: &mut AsyncPgConnection, owner: &OwnerId, ids: &[&str]) -> QueryResult<usize> {
    let theirs = account::table.filter(account::user_id.eq(owner.as_str()).and(account::id.eq_any(ids)));
    diesel::delete(theirs).execute(conn).await
}
