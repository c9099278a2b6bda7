//! The keys and the sizes of the rows of a table that changed after a version. A page of a pull is cut by count and by bytes before its rows are
//! loaded.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::synced_table::SyncedTable;
use crate::db::UserReader;

/// A changed row, not loaded yet.
#[derive(Debug, QueryableByName)]
pub struct ChangedKey {
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// The approximate size of the row on the wire.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

/// At most `limit` rows with a version from `from` to `to`, in order of (version, id). Of version `from` only those with an id after `after`.
pub async fn changed(
    reader: UserReader<'_>,
    table: SyncedTable,
    (from, after): (i64, Option<&str>),
    to: i64,
    limit: i64,
) -> QueryResult<Vec<ChangedKey>> {
    let (mut conn, owner) = reader.parts();
    let SyncedTable { name, id_type, bytes, .. } = table;
    let collection = match table.collection {
        Some(_) => "AND collection = $5",
        None => "AND $5 = ''",
    };
    let after_id = match after {
        Some(_) => format!("AND (version > $2 OR id > $6::{id_type})"),
        None => "AND $6 = ''".to_owned(),
    };
    // Names are constants of the kinds. Values are bound.
    diesel::sql_query(format!(
        "SELECT id::text AS key, version, ({bytes})::bigint AS bytes FROM {name}
         WHERE owner = $1 AND version >= $2 AND version <= $3 {collection} {after_id}
         ORDER BY version, id LIMIT $4"
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<BigInt, _>(from)
    .bind::<BigInt, _>(to)
    .bind::<BigInt, _>(limit)
    .bind::<Text, _>(table.collection.unwrap_or_default())
    .bind::<Text, _>(after.unwrap_or_default())
    .load(&mut conn)
    .await
}

/// The approximate sizes on the wire of the rows with these keys, tombstones included. Keys without a row are left out.
pub async fn sizes(reader: UserReader<'_>, table: SyncedTable, keys: &[&str]) -> QueryResult<HashMap<String, i64>> {
    #[derive(QueryableByName)]
    struct Size {
        #[diesel(sql_type = Text)]
        key: String,
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    let (mut conn, owner) = reader.parts();
    let rows: Vec<Size> = diesel::sql_query(format!(
        "SELECT r.id::text AS key, ({})::bigint AS bytes FROM {} r
         WHERE {} AND r.id = ANY (ARRAY(SELECT {} FROM unnest($2) AS k (key)))",
        table.bytes,
        table.name,
        table.rows("r"),
        table.id("k.key"),
    ))
    .bind::<BigInt, _>(owner.key())
    .bind::<Array<Text>, _>(keys)
    .load(&mut conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.bytes)).collect())
}
