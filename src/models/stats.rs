//! Counts over all users, for administrators. They run in a job transaction, whose role reads these columns and no content.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::synced_table::SyncedTable;

/// How many living rows a kind has.
#[derive(Debug, QueryableByName)]
pub struct RowCount {
    /// The collection. Empty for a table of one kind.
    #[diesel(sql_type = Text)]
    pub collection: String,
    #[diesel(sql_type = BigInt)]
    pub living: i64,
}

/// The living rows of a table by collection.
pub async fn rows(conn: &mut AsyncPgConnection, table: SyncedTable) -> QueryResult<Vec<RowCount>> {
    let collection = if table.collection.is_some() { "collection" } else { "''" };
    diesel::sql_query(format!(
        "SELECT {collection} AS collection, count(*) AS living FROM {} WHERE deleted_at IS NULL GROUP BY 1",
        table.name
    ))
    .load(conn)
    .await
}

/// How many writes a day had.
#[derive(Debug, QueryableByName)]
pub struct DayCount {
    /// In UTC.
    #[diesel(sql_type = Date)]
    pub day: chrono::NaiveDate,
    #[diesel(sql_type = BigInt)]
    pub writes: i64,
}

/// The writes of each day after `after`. The last day of each user is in the row of the user's version, and earlier days are in a table.
pub async fn writes(conn: &mut AsyncPgConnection, after: chrono::NaiveDate) -> QueryResult<Vec<DayCount>> {
    diesel::sql_query(
        "SELECT w.day, sum(w.writes)::bigint AS writes FROM (
             SELECT day, writes FROM day_writes WHERE day > $1
             UNION ALL SELECT write_day, day_writes FROM user_version WHERE write_day > $1 AND day_writes > 0
         ) AS w GROUP BY w.day",
    )
    .bind::<Date, _>(after)
    .load(conn)
    .await
}

/// Removes the counts of days before the last `days`, and returns their number. A cluster has one for each user and day.
pub async fn remove_old_days(conn: &mut AsyncPgConnection, days: i64) -> QueryResult<usize> {
    let oldest = chrono::Utc::now().date_naive() - chrono::Duration::days(days);
    diesel::sql_query("DELETE FROM day_writes WHERE day < $1").bind::<Date, _>(oldest).execute(conn).await
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
