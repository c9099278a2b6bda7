//! People. Shape as in Better Auth.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::schema::user;
use crate::wire::Timestamp;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = user)]
pub struct UserRecord {
    pub id: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    pub role: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = user)]
pub struct NewUser<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Lower case: addresses differ by case on paper only.
    pub email: &'a str,
    pub email_verified: bool,
    pub role: &'a str,
}

impl NewUser<'_> {
    /// Inserts, or takes over name and role where the address is known. The user's space comes by trigger.
    pub async fn upsert_by_email(&self, conn: &mut AsyncPgConnection) -> QueryResult<UserRecord> {
        diesel::insert_into(user::table)
            .values(self)
            .on_conflict(user::email)
            .do_update()
            .set((user::name.eq(self.name), user::role.eq(self.role), user::updated_at.eq(diesel::dsl::now)))
            .returning(UserRecord::as_returning())
            .get_result(conn)
            .await
    }
}

pub async fn find_by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<UserRecord>> {
    user::table.filter(user::email.eq(email)).select(UserRecord::as_select()).get_result(conn).await.optional()
}
