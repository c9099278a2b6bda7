//! Accounts at sign-in providers. An identity is the issuer and the subject, never the email address. The provider's tokens are not stored.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::user::UserRecord;
use crate::db::OwnerId;
use crate::json::Timestamp;
use crate::schema::{account, user};

/// A row of `account`.
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

/// An account to insert. `account_id` is the subject at the issuer.
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

/// The user with this identity. `None` for an unknown identity.
pub async fn find_user(conn: &mut AsyncPgConnection, issuer: &str, subject: &str) -> QueryResult<Option<UserRecord>> {
    account::table
        .inner_join(user::table)
        .filter(account::issuer.eq(issuer).and(account::account_id.eq(subject)))
        .select(UserRecord::as_select())
        .get_result(conn)
        .await
        .optional()
}

/// The user's accounts, oldest first. Their rows stay locked until the transaction ends.
pub async fn lock_all(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<AccountRecord>> {
    account::table
        .filter(account::user_id.eq(owner.user_id()))
        .order((account::created_at, account::id))
        .select(AccountRecord::as_select())
        .for_update()
        .load(conn)
        .await
}

/// The user's accounts, oldest first.
pub async fn list(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<Vec<AccountRecord>> {
    account::table
        .filter(account::user_id.eq(owner.user_id()))
        .order((account::created_at, account::id))
        .select(AccountRecord::as_select())
        .load(conn)
        .await
}

/// Deletes the user's accounts with these ids. Returns their number.
pub async fn delete(conn: &mut AsyncPgConnection, owner: &OwnerId, ids: &[&str]) -> QueryResult<usize> {
    let accounts = account::table.filter(account::user_id.eq(owner.user_id()).and(account::id.eq_any(ids)));
    diesel::delete(accounts).execute(conn).await
}
