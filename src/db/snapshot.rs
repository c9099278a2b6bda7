//! A snapshot that other connections can use, and what a dump needs to know about the database.

use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};

use super::DbError;

/// A read-only transaction with an exported snapshot.
#[derive(Debug, diesel::QueryableByName)]
pub struct Exported {
    /// The name of the snapshot for `pg_dump --snapshot`.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// PostgreSQL's major version.
    #[diesel(sql_type = Integer)]
    pub major: i32,
    /// The whole version, for example `17.2`.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// True where row-level security hides rows from this role: it is not the owner of the tables.
    #[diesel(sql_type = Bool)]
    pub hides_rows: bool,
}

/// Begins the transaction. The snapshot is valid until [`end`].
///
/// # Errors
/// A [`DbError`].
pub async fn begin(conn: &mut AsyncPgConnection) -> Result<Exported, DbError> {
    // A dump takes long, and this connection waits for its end without a statement.
    conn.batch_execute(
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0",
    )
    .await?;
    conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let sql = "SELECT pg_export_snapshot() AS name, current_setting('server_version_num')::integer / 10000 AS major,
                      split_part(current_setting('server_version'), ' ', 1) AS version,
                      row_security_active('assets') AS hides_rows";
    Ok(diesel::sql_query(sql).get_result(conn).await?)
}

/// Ends the transaction. The locks of the session stay.
///
/// # Errors
/// A [`DbError`].
pub async fn end(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    Ok(conn.batch_execute("COMMIT").await?)
}
