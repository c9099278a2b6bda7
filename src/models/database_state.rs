//! The epoch of the database.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::committed::committed;
use crate::schema::database_state;

/// The current epoch. It changes only by a restore, with the servers stopped, so it may be read once at startup.
pub async fn epoch(conn: &mut AsyncPgConnection) -> QueryResult<Uuid> {
    database_state::table.select(database_state::epoch).get_result(conn).await
}

/// Sets a new epoch and returns it.
pub async fn begin_epoch(conn: &mut AsyncPgConnection) -> QueryResult<Uuid> {
    let begin = diesel::update(database_state::table)
        .set(database_state::epoch.eq(Uuid::new_v4()))
        .returning(database_state::epoch);
    committed(begin.load(conn).await?)
}
