//! Results of statements that write and are a transaction of their own.

use diesel::QueryResult;
use diesel::result::Error;

/// The single row that `load` returned. `get_result` returns as soon as it has the row, which PostgreSQL may send before the commit: an immediate
/// shutdown then loses the write. `load` waits for the end of the statement, which follows the commit.
///
/// # Errors
/// `NotFound` without a row.
pub fn committed<Row>(rows: Vec<Row>) -> QueryResult<Row> {
    rows.into_iter().next().ok_or(Error::NotFound)
}
