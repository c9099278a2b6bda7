//! People. Shape as in Better Auth.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use super::committed::committed;
use crate::schema::{chat_messages, user};
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
    pub image: Option<&'a str>,
    pub role: &'a str,
}

impl NewUser<'_> {
    /// The user's space comes by trigger. `None`: somebody has the address.
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<UserRecord>> {
        let insert = diesel::insert_into(user::table)
            .values(self)
            .on_conflict(user::email)
            .do_nothing()
            .returning(UserRecord::as_returning());
        committed(insert.load(conn).await?).optional()
    }
}

/// What may change of a person. Unset: stays.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = user)]
pub struct UserChanges {
    pub name: Option<String>,
    /// `Some(None)` takes the picture away.
    pub image: Option<Option<String>>,
    pub role: Option<String>,
}

impl UserChanges {
    /// The person as they are now, and whether that is something new. `None`: gone.
    pub async fn apply(
        &self,
        conn: &mut AsyncPgConnection,
        owner: &OwnerId,
    ) -> QueryResult<Option<(UserRecord, bool)>> {
        let found = user::table.find(owner.as_str()).select(UserRecord::as_select()).for_update();
        let Some(known) = found.get_result::<UserRecord>(conn).await.optional()? else { return Ok(None) };
        let same = self.name.as_ref().is_none_or(|name| *name == known.name)
            && self.image.as_ref().is_none_or(|image| *image == known.image)
            && self.role.as_ref().is_none_or(|role| *role == known.role);
        if same {
            return Ok(Some((known, false)));
        }
        let change = diesel::update(user::table.find(owner.as_str()))
            .set((self, user::updated_at.eq(diesel::dsl::now)))
            .returning(UserRecord::as_returning());
        Ok(Some((committed(change.load(conn).await?)?, true)))
    }
}

pub async fn find_by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<UserRecord>> {
    user::table.filter(user::email.eq(email)).select(UserRecord::as_select()).get_result(conn).await.optional()
}

/// Takes a person away, and by the foreign keys all that is theirs. Messages have none (docs/adr/0003) and go first.
pub async fn delete(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<usize> {
    let messages = chat_messages::table.filter(chat_messages::user_id.eq(owner.as_str()));
    diesel::delete(messages).execute(conn).await?;
    diesel::delete(user::table.find(owner.as_str())).execute(conn).await
}
