//! The delete of a project and everything below it.

use crate::db::UserTx;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

#[derive(QueryableByName)]
struct DeletedRow {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Turns a living project and everything below it into tombstones. Returns their ids, none if the project was not living. The caller holds the user's
/// lock.
pub async fn soft_delete(tx: &mut UserTx, id: &str, version: i64) -> QueryResult<Vec<String>> {
    let (conn, owner) = tx.parts();
    let deleted: Vec<DeletedRow> = diesel::sql_query(
        "WITH RECURSIVE family AS (
             SELECT p.id FROM projects p WHERE p.owner = $1 AND p.id = $2 AND p.deleted_at IS NULL
             UNION
             SELECT p.id FROM family f JOIN projects p ON p.owner = $1 AND p.parent_id = f.id AND p.deleted_at IS NULL
         )
         UPDATE projects p SET revision = p.revision + 1, version = $3, updated_at = now(), deleted_at = now()
         FROM family f WHERE p.owner = $1 AND p.id = f.id
         RETURNING p.id",
    )
    .bind::<BigInt, _>(owner.key())
    .bind::<Text, _>(id)
    .bind::<BigInt, _>(version)
    .load(conn)
    .await?;
    Ok(deleted.into_iter().map(|row| row.id).collect())
}
