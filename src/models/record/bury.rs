//! Tombstones, and what they do to the rows that refer to them. A delete is no hot write, so these statements are plain text.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::StoredRecord;
use crate::models::OwnerId;
use crate::schema::records;

/// As many references as the table has indexes for.
pub const MAX_LINKS: usize = 4;

/// Rows of a collection whose reference at `position` (from 0) is one of `targets`.
#[derive(Debug, Clone, Copy)]
pub struct Referring<'a> {
    pub collection: &'a str,
    pub position: usize,
    pub targets: &'a [String],
}

#[derive(QueryableByName)]
struct BuriedRow {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Turns a living row into a tombstone.
pub async fn bury(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    collection: &str,
    id: &str,
    version: i64,
) -> QueryResult<StoredRecord> {
    diesel::update(records::table.find((owner.as_str(), collection, id)))
        .filter(records::deleted_at.is_null())
        .set((
            records::deleted_at.eq(diesel::dsl::now),
            records::updated_at.eq(diesel::dsl::now),
            records::revision.eq(records::revision + 1),
            records::version.eq(version),
        ))
        .returning((records::revision, records::updated_at))
        .get_result(conn)
        .await
}

/// Buries the rows that refer to what was buried; their ids, for the rows that refer to them in turn.
pub async fn bury_referring(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    referring: Referring<'_>,
    version: i64,
) -> QueryResult<Vec<String>> {
    // The index of a link stands in the text: an index on `links[1]` serves no `links[$5]`.
    let sql = format!(
        "UPDATE records SET deleted_at = now(), updated_at = now(), revision = revision + 1, version = $4
         WHERE user_id = $1 AND collection = $2 AND links[{}] = ANY ($3) AND deleted_at IS NULL RETURNING id",
        referring.position + 1
    );
    let buried: Vec<BuriedRow> = diesel::sql_query(sql)
        .bind::<Text, _>(owner.as_str())
        .bind::<Text, _>(referring.collection)
        .bind::<Array<Text>, _>(referring.targets)
        .bind::<BigInt, _>(version)
        .load(conn)
        .await?;
    Ok(buried.into_iter().map(|row| row.id).collect())
}

/// Sets `member` to null in the rows that refer to what was buried; how many there were.
pub async fn unlink_referring(
    conn: &mut AsyncPgConnection,
    owner: &OwnerId,
    referring: Referring<'_>,
    member: &str,
    version: i64,
) -> QueryResult<usize> {
    let sql = format!(
        "UPDATE records SET value = jsonb_set(value, ARRAY[$5], 'null'), links[{position}] = NULL,
             updated_at = now(), revision = revision + 1, version = $4
         WHERE user_id = $1 AND collection = $2 AND links[{position}] = ANY ($3) AND deleted_at IS NULL",
        position = referring.position + 1
    );
    diesel::sql_query(sql)
        .bind::<Text, _>(owner.as_str())
        .bind::<Text, _>(referring.collection)
        .bind::<Array<Text>, _>(referring.targets)
        .bind::<BigInt, _>(version)
        .bind::<Text, _>(member)
        .execute(conn)
        .await
}
