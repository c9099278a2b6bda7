//! Counts over all users, for administrators. They run in a job transaction, whose role reads these columns and no content.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::synced_table::SyncedTable;

/// How many rows of a kind were last written on a day, or are living.
#[derive(Debug, QueryableByName)]
pub struct RowCount {
    /// The collection. Empty for a table of one kind.
    #[diesel(sql_type = Text)]
    pub collection: String,
    /// In UTC.
    #[diesel(sql_type = Date)]
    pub day: chrono::NaiveDate,
    /// Rows whose last write was on that day, tombstones included.
    #[diesel(sql_type = BigInt)]
    pub written: i64,
    #[diesel(sql_type = BigInt)]
    pub living: i64,
}

/// The rows of a table by collection and by the day of their last write. Days that are more than `days` ago are one, the earliest.
pub async fn rows(conn: &mut AsyncPgConnection, table: SyncedTable, days: i32) -> QueryResult<Vec<RowCount>> {
    let SyncedTable { name, written_at, .. } = table;
    let collection = if table.collection.is_some() { "collection" } else { "''" };
    diesel::sql_query(format!(
        "SELECT {collection} AS collection,
             greatest(({written_at} AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date - $1) AS day,
             count(*) AS written, count(*) FILTER (WHERE deleted_at IS NULL) AS living
         FROM {name} GROUP BY 1, 2"
    ))
    .bind::<Integer, _>(days)
    .load(conn)
    .await
}

/// A word and how many rows have it.
#[derive(Debug, QueryableByName)]
pub struct WordCount {
    #[diesel(sql_type = Text)]
    pub word: String,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The living rows of a table by the words of one of its columns.
pub async fn words(conn: &mut AsyncPgConnection, table: &str, column: &str) -> QueryResult<Vec<WordCount>> {
    diesel::sql_query(format!(
        "SELECT {column} AS word, count(*) AS count FROM {table} WHERE deleted_at IS NULL GROUP BY 1 ORDER BY 1"
    ))
    .load(conn)
    .await
}

/// Users, and what all their rows take up.
#[derive(Debug, Clone, QueryableByName)]
pub struct Totals {
    #[diesel(sql_type = BigInt)]
    pub users: i64,
    /// In bytes.
    #[diesel(sql_type = BigInt)]
    pub row_bytes: i64,
}

/// The totals.
pub async fn totals(conn: &mut AsyncPgConnection) -> QueryResult<Totals> {
    diesel::sql_query("SELECT count(*) AS users, coalesce(sum(row_bytes), 0)::bigint AS row_bytes FROM user_version")
        .get_result(conn)
        .await
}
