//! Users. The columns follow Better Auth.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::audit::{self, NewAudit};
use super::committed::committed;
use super::synced_table::SyncedTable;
use crate::db::{OwnerId, OwnerKey, UserTx};
use crate::json::Timestamp;
use crate::schema::user;

/// A row of `user`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = user)]
pub struct UserRecord {
    pub id: String,
    pub key: OwnerKey,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub image: Option<String>,
    pub role: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A user to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = user)]
pub struct NewUser<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// In the form of `email::folded`: two addresses that differ only by the case of ASCII letters are the same.
    pub email: &'a str,
    pub email_verified: bool,
    pub image: Option<&'a str>,
    pub role: &'a str,
}

impl UserRecord {
    /// The owner of this user's data.
    pub fn owner(&self) -> OwnerId {
        OwnerId::of_authenticated(self.key, &self.id)
    }
}

/// The users with these keys, for jobs that read the keys from rows. Deleted users are left out.
pub async fn owners(
    conn: &mut AsyncPgConnection,
    keys: impl IntoIterator<Item = OwnerKey>,
) -> QueryResult<HashMap<OwnerKey, OwnerId>> {
    let keys: BTreeSet<OwnerKey> = keys.into_iter().collect();
    let rows: Vec<(OwnerKey, String)> =
        user::table.filter(user::key.eq_any(keys)).select((user::key, user::id)).load(conn).await?;
    Ok(rows.into_iter().map(|(key, id)| (key, OwnerId::of_authenticated(key, id))).collect())
}

impl NewUser<'_> {
    /// Inserts the user, in the transaction of the caller, and returns the row. A trigger inserts the user's version. `None`: another user has the email address.
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<UserRecord>> {
        let insert = diesel::insert_into(user::table)
            .values(self)
            .on_conflict(user::email)
            .do_nothing()
            .returning(UserRecord::as_returning());
        let inserted = committed(insert.load(conn).await?).optional()?;
        if let Some(user) = &inserted {
            audit::record(conn, &user.id, ("user.create", "user"), Some(&user.id), &[]).await?;
            if user.role != "user" {
                let entry = NewAudit {
                    actor: None,
                    action: "user.role",
                    entity: "user",
                    entity_id: Some(&user.id),
                    changed: &["role"],
                };
                entry.insert(conn).await?;
            }
        }
        Ok(inserted)
    }
}

/// The members of a user that may change. `None` keeps the stored value.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = user)]
pub struct UserChanges {
    pub name: Option<String>,
    /// `Some(None)` removes the image.
    pub image: Option<Option<String>>,
    pub role: Option<String>,
}

impl UserChanges {
    /// Applies the changes, in the transaction of the caller. Returns the row and whether it changed. `None`: the user was deleted.
    pub async fn apply(
        &self,
        conn: &mut AsyncPgConnection,
        owner: &OwnerId,
    ) -> QueryResult<Option<(UserRecord, bool)>> {
        let found = user::table.find(owner.user_id()).select(UserRecord::as_select()).for_update();
        let Some(known) = found.get_result::<UserRecord>(conn).await.optional()? else { return Ok(None) };
        let same = self.name.as_ref().is_none_or(|name| *name == known.name)
            && self.image.as_ref().is_none_or(|image| *image == known.image)
            && self.role.as_ref().is_none_or(|role| *role == known.role);
        if same {
            return Ok(Some((known, false)));
        }
        let change = diesel::update(user::table.find(owner.user_id()))
            .set((self, user::updated_at.eq(diesel::dsl::now)))
            .returning(UserRecord::as_returning());
        let changed = committed(change.load(conn).await?)?;
        self.record(conn, &known).await?;
        Ok(Some((changed, true)))
    }

    /// Adds the entry of the audit log. A role is changed by the server, and the rest by the user.
    async fn record(&self, conn: &mut AsyncPgConnection, known: &UserRecord) -> QueryResult<()> {
        let name = self.name.as_ref().is_some_and(|name| *name != known.name);
        let image = self.image.as_ref().is_some_and(|image| *image != known.image);
        let profile =
            [("name", name), ("image", image)].into_iter().filter_map(|(name, differs)| differs.then_some(name));
        let profile: Vec<&str> = profile.collect();
        let entry = NewAudit {
            actor: Some(&known.id),
            action: "user.update",
            entity: "user",
            entity_id: Some(&known.id),
            changed: &profile,
        };
        if !profile.is_empty() {
            entry.insert(conn).await?;
        }
        if self.role.as_ref().is_some_and(|role| *role != known.role) {
            NewAudit { actor: None, action: "user.role", changed: &["role"], ..entry }.insert(conn).await?;
        }
        Ok(())
    }
}

/// The user with this id.
pub async fn find(conn: &mut AsyncPgConnection, id: &str) -> QueryResult<Option<UserRecord>> {
    user::table.find(id).select(UserRecord::as_select()).get_result(conn).await.optional()
}

/// The user with this email address, in the form of `email::folded`.
pub async fn find_by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<UserRecord>> {
    user::table.filter(user::email.eq(email)).select(UserRecord::as_select()).get_result(conn).await.optional()
}

/// Deletes the user and, by foreign keys, all rows of the user. Rows of `tables` without one (docs/adr/0003) are deleted first.
pub async fn delete(tx: &mut UserTx, tables: &[SyncedTable]) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    for table in tables.iter().filter(|table| !table.has_foreign_key) {
        let sql = format!("DELETE FROM {} WHERE owner = $1", table.name);
        diesel::sql_query(sql).bind::<BigInt, _>(owner.key()).execute(conn).await?;
    }
    diesel::delete(user::table.find(owner.user_id())).execute(conn).await
}
