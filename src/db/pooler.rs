//! Finds out whether a pooler gives every transaction another connection (PgBouncer's `pool_mode=transaction`). State of a session is lost behind one:
//! LISTEN, advisory locks, and the names of prepared statements where the pooler does not keep track of them.

use std::time::Duration;

use diesel::IntoSql as _;
use diesel::sql_types::Integer;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};

use super::{Connector, Database, DbError};

/// A transaction that begins later than this waits for a connection of a pooler; PostgreSQL itself has none to wait for.
const WAIT: Duration = Duration::from_secs(2);
/// Transactions that are held open, so that a pooler has to use another connection.
const HELD: usize = 2;

/// What is between this process and PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Nothing, or a pooler that keeps a connection for the whole session.
    Session,
    /// A pooler that may change the connection after every transaction.
    Transaction {
        /// The pooler knows the names of prepared statements.
        named_statements: bool,
    },
}

impl Database {
    /// What is between the pool and PostgreSQL.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn pooling(&self) -> Result<Pooling, DbError> {
        detect(&self.connector).await
    }

    /// The same for the connections outside of the pool.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn direct_pooling(&self) -> Result<Pooling, DbError> {
        detect(&self.direct).await
    }

    /// From now on the pool's connections use no named statements.
    pub fn use_unnamed_statements(&self) {
        self.connector.use_unnamed_statements();
    }
}

async fn detect(connector: &Connector) -> Result<Pooling, DbError> {
    // Behind a pooler only these are safe before it is known.
    let unnamed = connector.with_unnamed_statements();
    let mut asked = open(&unnamed).await?;
    let first = backend(&mut asked).await?;
    let mut held = Vec::new();
    let mut changes = false;
    while held.len() < HELD && !changes {
        let Some((conn, pid)) = hold(&unnamed).await? else { break };
        // `asked` is still open, so no other session of PostgreSQL has its process.
        changes = pid == first;
        held.push(conn);
    }
    if !changes && !held.is_empty() {
        changes = within(backend(&mut asked)).await?.is_none_or(|pid| pid != first);
    }
    if !changes {
        return Ok(Pooling::Session);
    }
    Ok(Pooling::Transaction { named_statements: knows_names(connector, &unnamed).await? })
}

/// Executes a named statement on another connection than the one that prepared it.
async fn knows_names(connector: &Connector, unnamed: &Connector) -> Result<bool, DbError> {
    let mut conn = open(connector).await?;
    if named_statement(&mut conn).await.is_err() {
        return Ok(false);
    }
    let _held = hold(unnamed).await?;
    Ok(within(named_statement(&mut conn)).await.is_ok_and(|answered| answered.is_some()))
}

/// A query that diesel prepares at its first use and keeps.
async fn named_statement(conn: &mut AsyncPgConnection) -> Result<i32, DbError> {
    Ok(diesel::select(1.into_sql::<Integer>()).get_result(conn).await?)
}

/// Opens a transaction and leaves it open. `None` where no connection becomes free.
async fn hold(connector: &Connector) -> Result<Option<(AsyncPgConnection, i32)>, DbError> {
    let begun = async {
        let mut conn = open(connector).await?;
        conn.batch_execute("BEGIN").await?;
        let pid = backend(&mut conn).await?;
        Ok((conn, pid))
    };
    within(begun).await
}

async fn within<T>(work: impl Future<Output = Result<T, DbError>>) -> Result<Option<T>, DbError> {
    tokio::time::timeout(WAIT, work).await.ok().transpose()
}

async fn open(connector: &Connector) -> Result<AsyncPgConnection, DbError> {
    connector.open().await.map_err(|error| DbError::Unavailable(error.to_string()))
}

/// The number of PostgreSQL's process.
async fn backend(conn: &mut AsyncPgConnection) -> Result<i32, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        pid: i32,
    }
    let row: Row = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(conn).await?;
    Ok(row.pid)
}
