//! Whether the server behind a connection can do this project's work.

use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};

use super::{DbError, sqlstate};

/// What the server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    Writes,
    ReadsOnly,
    /// A write found no room on the disk or in memory.
    NoRoom,
    /// The tables are missing: another database answers.
    NoTables,
}

/// Asks the server. Writes nothing, so a full disk does not show.
///
/// # Errors
/// A [`DbError`].
pub async fn ability(conn: &mut AsyncPgConnection) -> Result<Ability, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        read_only: bool,
        #[diesel(sql_type = Bool)]
        has_tables: bool,
    }
    // A standby is read-only too.
    let sql = "SELECT current_setting('transaction_read_only')::boolean AS read_only,
                      to_regclass('user_version') IS NOT NULL AS has_tables";
    let row: Row = diesel::sql_query(sql).get_result(conn).await?;
    Ok(match (row.has_tables, row.read_only) {
        (false, _) => Ability::NoTables,
        (true, true) => Ability::ReadsOnly,
        (true, false) => Ability::Writes,
    })
}

/// Writes a file of some pages, and rolls back. It is for the time after a failed write only: a temporary table is work for the catalog.
///
/// # Errors
/// A [`DbError`]; an error that says nothing of room is none.
pub async fn room_for_writes(conn: &mut AsyncPgConnection) -> Result<Ability, DbError> {
    let sql = "BEGIN; CREATE TEMPORARY TABLE room_for_writes ON COMMIT DROP AS
               SELECT repeat(md5(n::text), 60) AS filler FROM generate_series(1, 64) n";
    let written = conn.batch_execute(sql).await;
    conn.batch_execute("ROLLBACK").await?;
    match written {
        Ok(()) => Ok(Ability::Writes),
        Err(DieselError::DatabaseError(_, info)) => match sqlstate::of(info.as_ref()) {
            Some("25006") => Ok(Ability::ReadsOnly),
            Some(code) if code.starts_with("53") || code.starts_with("58") => Ok(Ability::NoRoom),
            // For example a role that may make no temporary tables.
            _ => Ok(Ability::Writes),
        },
        Err(other) => Err(other.into()),
    }
}
