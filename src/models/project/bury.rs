//! The end of a project: it becomes a tombstone, and all that is below it too.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::models::OwnerId;

/// Who was buried.
#[derive(QueryableByName)]
struct Buried {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Buries a living project and everything below it; the ids, none where it was not alive. The caller holds the user's lock.
pub async fn bury(conn: &mut AsyncPgConnection, owner: &OwnerId, id: &str, version: i64) -> QueryResult<Vec<String>> {
    let buried: Vec<Buried> = diesel::sql_query(
        "WITH RECURSIVE family AS (
             SELECT p.id FROM projects p WHERE p.user_id = $1 AND p.id = $2 AND p.deleted_at IS NULL
             UNION
             SELECT p.id FROM family f JOIN projects p ON p.user_id = $1 AND p.parent_id = f.id AND p.deleted_at IS NULL
         )
         UPDATE projects p SET revision = p.revision + 1, version = $3, updated_at = now(), deleted_at = now()
         FROM family f WHERE p.user_id = $1 AND p.id = f.id
         RETURNING p.id",
    )
    .bind::<Text, _>(owner.as_str())
    .bind::<Text, _>(id)
    .bind::<BigInt, _>(version)
    .load(conn)
    .await?;
    Ok(buried.into_iter().map(|row| row.id).collect())
}
