//! Brings the schema up to date: migrations, then functions. Any number of servers may start at once: one migrates, the others wait for it.

use std::time::Duration;

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sql_types::Text;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::catalog::has_table;
use super::{DbError, advisory, functions};

/// The migrations of this release, from the folder `migrations`.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The key of the advisory lock: "landfall" as ASCII.
const LOCK_KEY: i64 = 0x6c61_6e64_6661_6c6c;

/// The time between two attempts to take the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A cluster changes tables and makes functions in one transaction if it does so over one connection to each node. PostgreSQL alone keeps the setting and
/// reads it nowhere.
const ON_A_CLUSTER: &str = "SET citus.multi_shard_modify_mode = 'sequential'";

/// Where diesel notes which migrations were applied.
const APPLIED: &str = "__diesel_schema_migrations";

/// The beginning of all versions of migrations before the first release, which were numbered by a date.
const BEFORE_FIRST_RELEASE: &str = "20261121";

/// Why the schema can't be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "This database was made by a development version of Landfall from before the first release: remove it (in development: the folder \
         .landfall) and start again"
    )]
    BeforeFirstRelease,
    #[error("{0}")]
    Database(DbError),
}

impl<E: Into<DbError>> From<E> for MigrateError {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

/// Applies what is pending on a connection of its own; answers the names of the migrations and functions that were applied, in order. The connection
/// ends with it, and the lock too.
///
/// # Errors
/// [`MigrateError::BeforeFirstRelease`] where nothing was changed and nothing can be; otherwise the error of a statement. What was applied before it
/// stays, and the next call goes on from there.
pub async fn run_pending(mut conn: AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    lock(&mut conn).await?;
    applied(&mut conn).await?;
    conn.batch_execute(ON_A_CLUSTER).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let versions = harness.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    let mut names: Vec<String> = versions.iter().map(ToString::to_string).collect();
    drop(versions);
    names.extend(functions::apply_changed(&mut harness.into_inner()).await?);
    Ok(names)
}

/// Waits for the lock without an open statement: an index that another process creates CONCURRENTLY waits for all statements that are open.
async fn lock(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    while !advisory::try_key(conn, LOCK_KEY).await? {
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Ok(())
}

/// How many migrations the database lacks, and how many functions have another text. Reads and nothing else: the server's role can do no more.
///
/// # Errors
/// As of [`run_pending`].
pub async fn count_pending(mut conn: AsyncPgConnection) -> Result<usize, MigrateError> {
    let applied = applied(&mut conn).await?;
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(failed)?;
    let lacks = |version: String| !applied.contains(&version);
    let migrations = all.iter().filter(|migration| lacks(migration.name().version().to_string())).count();
    Ok(migrations + functions::changed(&mut conn).await?.len())
}

/// For tests of the way down: takes everything back.
///
/// # Errors
/// The error of a statement.
pub async fn revert_all(conn: AsyncPgConnection) -> Result<(), DbError> {
    AsyncMigrationHarness::new(conn).revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(failed)
}

/// The versions of the migrations that the database has.
async fn applied(conn: &mut AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    if !has_table(conn, APPLIED).await? {
        return Ok(Vec::new());
    }
    let rows: Vec<Applied> = diesel::sql_query(format!("SELECT version::text FROM {APPLIED}")).load(conn).await?;
    if rows.iter().any(|row| row.version.starts_with(BEFORE_FIRST_RELEASE)) {
        return Err(MigrateError::BeforeFirstRelease);
    }
    Ok(rows.into_iter().map(|row| row.version).collect())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> DbError {
    match error.downcast::<diesel::result::Error>() {
        Ok(diesel) => (*diesel).into(),
        Err(other) => DbError::Query(diesel::result::Error::QueryBuilderError(other)),
    }
}
