//! Rows as the JSON text of an export. PostgreSQL writes the JSON, so free JSON is exported as it is stored. Each kind has its own query, beside its
//! table.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::Stream;

use crate::db::UserConn;

/// The form of the rows in their member of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    List,
    /// An object from id to value. Each row is the text of one member.
    Map,
    /// The value of a single row.
    One,
}

/// A query for the living rows to export.
#[derive(Debug, Clone)]
pub struct ExportRows {
    pub form: ExportForm,
    /// A query with one column `text`. `$1` is the owner; `values` are `$2` and on. Its names are constants.
    pub sql: String,
    pub values: Vec<String>,
}

impl ExportRows {
    /// Rows in the form of a list, without values.
    pub fn list(sql: impl Into<String>) -> Self {
        Self { form: ExportForm::List, sql: sql.into(), values: Vec::new() }
    }

    /// Sets the values for `$2` and on.
    pub fn with(self, values: impl IntoIterator<Item = String>) -> Self {
        Self { values: values.into_iter().collect(), ..self }
    }

    /// Sets the form.
    pub fn as_form(self, form: ExportForm) -> Self {
        Self { form, ..self }
    }
}

/// A row as JSON text.
#[derive(Debug, QueryableByName)]
pub struct ExportedRow {
    #[diesel(sql_type = Text)]
    pub text: String,
}

/// SQL that writes a time in the form of the wire.
macro_rules! time {
    ($column:literal) => {
        concat!("to_char(", $column, " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    };
}
pub(in crate::models) use time;

/// The rows as a stream. PostgreSQL waits for a slow reader.
pub async fn stream<'c>(
    user: UserConn<'c>,
    rows: ExportRows,
) -> QueryResult<impl Stream<Item = QueryResult<ExportedRow>> + Send + 'c> {
    let (conn, owner) = user.parts();
    let mut query = diesel::sql_query(rows.sql).into_boxed::<Pg>().bind::<BigInt, _>(owner.key());
    for value in rows.values {
        query = query.bind::<Text, _>(value);
    }
    query.load_stream(conn).await
}

/// Whether the query has a row.
pub async fn exists(user: UserConn<'_>, rows: ExportRows) -> QueryResult<bool> {
    use futures_util::TryStreamExt as _;
    Ok(std::pin::pin!(stream(user, rows).await?).try_next().await?.is_some())
}

/// Removes the timeouts of this transaction, which lasts as long as its client reads. The caller limits its time.
pub async fn lift_timeouts(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0").await
}
