//! Brings the schema up to date. Any number of servers may start at once: one migrates, the others wait for it.

use diesel::migration::MigrationVersion;
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

/// How many migrations the database lacks.
pub async fn count_pending(conn: AsyncPgConnection) -> Result<usize, DbError> {
    AsyncMigrationHarness::new(conn).pending_migrations(MIGRATIONS).map(|pending| pending.len()).map_err(failed)
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
