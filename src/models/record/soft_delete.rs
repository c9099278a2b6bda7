//! Soft deletes and their effect on referring rows. Deletes are rare, so these statements are plain text.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::StoredRecord;
use crate::db::UserTx;
use crate::schema::records;

/// The largest number of references of a collection. The table has one index for each.
pub const MAX_LINKS: usize = 4;

/// Rows of a collection whose reference at `position` (from 0) is one of `targets`.
#[derive(Debug, Clone, Copy)]
pub struct Referring<'a> {
    pub collection: &'a str,
    pub position: usize,
    pub targets: &'a [String],
}

#[derive(QueryableByName)]
struct DeletedRow {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Turns a living row into a tombstone.
///
/// # Errors
/// `NotFound` if the row is not living.
pub async fn soft_delete(tx: &mut UserTx, collection: &str, id: &str, version: i64) -> QueryResult<StoredRecord> {
    let (conn, owner) = tx.parts();
    diesel::update(records::table.find((owner.key(), collection, id)))
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

/// Deletes the rows that refer to deleted rows. Returns their ids, for the rows that refer to these.
pub async fn soft_delete_referring(
    tx: &mut UserTx,
    referring: Referring<'_>,
    version: i64,
) -> QueryResult<Vec<String>> {
    let (conn, owner) = tx.parts();
    // The index of a link is part of the text: PostgreSQL does not use an index on `links[1]` for `links[$5]`.
    let sql = format!(
        "UPDATE records SET deleted_at = now(), updated_at = now(), revision = revision + 1, version = $4
         WHERE owner = $1 AND collection = $2 AND links[{}] = ANY ($3) AND deleted_at IS NULL RETURNING id",
        referring.position + 1
    );
    let deleted: Vec<DeletedRow> = diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<Text, _>(referring.collection)
        .bind::<Array<Text>, _>(referring.targets)
        .bind::<BigInt, _>(version)
        .load(conn)
        .await?;
    Ok(deleted.into_iter().map(|row| row.id).collect())
}

/// Sets `member` to null in the rows that refer to deleted rows. Returns their number.
pub async fn unlink_referring(
    tx: &mut UserTx,
    referring: Referring<'_>,
    member: &str,
    version: i64,
) -> QueryResult<usize> {
    let (conn, owner) = tx.parts();
    let sql = format!(
        "UPDATE records SET value = jsonb_set(value, ARRAY[$5], 'null'), links[{position}] = NULL,
             updated_at = now(), revision = revision + 1, version = $4
         WHERE owner = $1 AND collection = $2 AND links[{position}] = ANY ($3) AND deleted_at IS NULL",
        position = referring.position + 1
    );
    diesel::sql_query(sql)
        .bind::<BigInt, _>(owner.key())
        .bind::<Text, _>(referring.collection)
        .bind::<Array<Text>, _>(referring.targets)
        .bind::<BigInt, _>(version)
        .bind::<Text, _>(member)
        .execute(conn)
        .await
}
