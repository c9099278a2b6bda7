//! The audit log. When a user is deleted, the user's lines stay without the user's id.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::UserTx;
use crate::schema::audit;

/// A line to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = audit)]
pub struct NewAudit<'a> {
    pub id: Uuid,
    /// The id of the user who acted. `None`: the server, or a deleted user.
    pub actor: Option<&'a str>,
    /// `noun.verb`, such as `user.delete`.
    pub action: &'a str,
    pub entity: &'a str,
    pub entity_id: Option<&'a str>,
}

impl NewAudit<'_> {
    pub async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(audit::table).values(self).execute(conn).await
    }
}

/// Adds the line that a user was deleted. It does not name the user.
pub async fn record_deleted_user(tx: &mut UserTx) -> QueryResult<usize> {
    let line = NewAudit { id: Uuid::now_v7(), actor: None, action: "user.delete", entity: "user", entity_id: None };
    line.insert(tx.parts().0).await
}
