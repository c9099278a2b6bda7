//! What was done, by whom. When the person goes, the line stays without the name.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::audit;

#[derive(Debug, Insertable)]
#[diesel(table_name = audit)]
pub struct NewAudit<'a> {
    pub id: Uuid,
    /// `None`: the server itself, or somebody who is gone.
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
