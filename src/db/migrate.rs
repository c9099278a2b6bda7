//! Brings the schema up to date. Any number of servers may start at once: one migrates, the others wait for it.

use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::DbError;

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The key of the advisory lock: "landfall" as ASCII.
const LOCK_KEY: i64 = 0x6c61_6e64_6661_6c6c;

/// Runs what is pending on a connection of its own; answers the names of what ran. The connection ends with it, and the lock too.
pub async fn run_pending(mut conn: AsyncPgConnection) -> Result<Vec<String>, DbError> {
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(LOCK_KEY)
        .execute(&mut conn)
        .await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let names = |versions: Vec<MigrationVersion<'_>>| versions.iter().map(ToString::to_string).collect();
    harness.run_pending_migrations(MIGRATIONS).map(names).map_err(failed)
}

/// How many migrations the database lacks. Reads and nothing else: the server's role can do no more.
pub async fn count_pending(mut conn: AsyncPgConnection) -> Result<usize, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let table = "SELECT relname::text AS version FROM pg_class WHERE oid = to_regclass('__diesel_schema_migrations')";
    let sql = match diesel::sql_query(table).load::<Applied>(&mut conn).await?.is_empty() {
        true => table,
        false => "SELECT version::text AS version FROM __diesel_schema_migrations",
    };
    let applied: Vec<Applied> = diesel::sql_query(sql).load(&mut conn).await?;
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(failed)?;
    let known = |version: String| applied.iter().any(|row| row.version == version);
    Ok(all.iter().filter(|migration| !known(migration.name().version().to_string())).count())
}

/// For tests of the way down: takes everything back.
pub async fn revert_all(conn: AsyncPgConnection) -> Result<(), DbError> {
    AsyncMigrationHarness::new(conn).revert_all_migrations(MIGRATIONS).map(|_| ()).map_err(failed)
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> DbError {
    match error.downcast::<diesel::result::Error>() {
        Ok(diesel) => (*diesel).into(),
        Err(other) => DbError::Query(diesel::result::Error::QueryBuilderError(other)),
    }
}
