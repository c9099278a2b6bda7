//! Runs the plan.

use std::collections::BTreeSet;

use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};

use super::cluster::{self, Place, refused};
use super::tables::{DELEGATED, DISTRIBUTED};
use super::{DistributeError, plan};
use crate::db::advisory::{self, Lock};
use crate::db::{DbError, transaction};

/// What a call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Tables that were distributed now. The others were before.
    pub tables: Vec<&'static str>,
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// True if the tables of user data are distributed.
///
/// # Errors
/// A [`DbError`].
pub async fn is_distributed(conn: &mut AsyncPgConnection) -> Result<bool, DbError> {
    Ok(match cluster::place(conn).await?.citus {
        Some(_) => !distributed(conn).await?.is_empty(),
        None => false,
    })
}

/// Whether sessions of this database lack the settings that a distributed one needs. Without them, reads of a user would show no row.
///
/// # Errors
/// A [`DbError`].
pub async fn lacks_settings(conn: &mut AsyncPgConnection) -> Result<bool, DbError> {
    if !is_distributed(conn).await? {
        return Ok(false);
    }
    let sql =
        "SELECT name::text AS name FROM pg_settings WHERE name = 'citus.propagate_set_commands' AND setting = 'local'";
    let set: Vec<Name> = diesel::sql_query(sql).load(conn).await?;
    Ok(set.is_empty())
}

/// Distributes the tables over the workers, with the rows that they have, in one transaction. `conn` is a connection of its own that passes no pooler.
///
/// # Errors
/// [`DistributeError::Refused`] where nothing was changed: no Citus, another role than the owner, a node that is not ready, a coordinator with shards, a
/// server that runs. The error of a statement otherwise.
pub async fn distribute(mut conn: AsyncPgConnection, shards: u32) -> Result<Done, DistributeError> {
    let place = cluster::place(&mut conn).await?;
    place.check()?;
    cluster::check_nodes(&mut conn, &place).await?;
    // Connections of a running server lack the settings below: row-level security would show them no row.
    if !advisory::try_exclusive(&mut conn, Lock::Serving).await? {
        return refused(
            "A Landfall server is connected to this database. Stop all servers, then run `landfall distribute` again",
        );
    }
    let before = distributed(&mut conn).await?;
    let tables: Vec<_> = DISTRIBUTED.iter().filter(|table| !before.contains(table.name)).collect();
    settings(&mut conn, &place).await?;
    transaction::transaction(&mut conn, transaction::BEGIN, async |conn| {
        let prepare: &[&str] = if tables.is_empty() { &[] } else { plan::PREPARE };
        for sql in plan::BEGIN.iter().chain(prepare) {
            conn.batch_execute(sql).await?;
        }
        for table in &tables {
            conn.batch_execute(&plan::distribute(table.name, table.column, shards)).await?;
        }
        for (name, parameter) in DELEGATED {
            conn.batch_execute(&plan::delegate(name, parameter)).await?;
        }
        Ok::<_, DbError>(())
    })
    .await?;
    for table in tables.iter().rev() {
        conn.batch_execute(&plan::empty_local(table.name)).await.map_err(DbError::from)?;
    }
    Ok(Done { tables: tables.iter().map(|table| table.name).collect() })
}

/// The tables of the schema that are distributed by a column.
async fn distributed(conn: &mut AsyncPgConnection) -> Result<BTreeSet<String>, DbError> {
    let sql = "SELECT c.relname::text AS name FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid WHERE p.partmethod = 'h'";
    let rows: Vec<Name> = diesel::sql_query(sql).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Sets what sessions need. It is in effect for sessions that begin later, and for this one.
async fn settings(conn: &mut AsyncPgConnection, place: &Place) -> Result<(), DistributeError> {
    let jobs = "SELECT rolname::text AS name FROM pg_roles WHERE rolname = 'landfall_jobs' AND rolcanlogin";
    let may_log_in: Vec<Name> = diesel::sql_query(jobs).load(conn).await.map_err(DbError::from)?;
    let login = may_log_in.is_empty().then(|| plan::JOBS_LOGIN.to_owned());
    let settings = plan::SETTINGS.iter().map(|(name, value, _)| plan::set(&place.database, name, value));
    for sql in login.into_iter().chain(settings) {
        if let Err(error) = conn.batch_execute(&sql).await {
            return refused(format!("`{sql}` failed, which a superuser can run before: {error}"));
        }
    }
    for (name, value, _) in plan::SETTINGS {
        conn.batch_execute(&format!("SET {name} = '{value}'")).await.map_err(DbError::from)?;
    }
    Ok(())
}
