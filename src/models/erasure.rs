//! Objects of people who are gone: what a job has yet to remove from the storage.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::OwnerId;
use crate::schema::erasure;

/// Everything that was stored for a person. Keys begin with the person's id (`{userId}/...`).
pub async fn request(conn: &mut AsyncPgConnection, owner: &OwnerId) -> QueryResult<usize> {
    diesel::insert_into(erasure::table)
        .values(erasure::prefix.eq(format!("{}/", owner.as_str())))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}
