//! Statements that write and are a transaction of their own.

use diesel::QueryResult;
use diesel::result::Error;

/// The row of such a statement, out of what `load` brought. `get_result` is content with the row itself, and that may be on its way before the
/// commit: a PostgreSQL that is told to stop at once sends what it has and forgets it. `load` waits for the word after the commit.
pub fn committed<Row>(rows: Vec<Row>) -> QueryResult<Row> {
    rows.into_iter().next().ok_or(Error::NotFound)
}
