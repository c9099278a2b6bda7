//! `landfall migrate`.

use crate::boot::BootError;
use crate::boot::database::{run_migrations, with_database};
use crate::config::Config;

/// Runs the pending migrations.
///
/// # Errors
/// What the command prints as its failure.
pub async fn migrate(config: Config) -> Result<(), BootError> {
    with_database(&config, async |db| {
        run_migrations(&db).await?;
        tracing::info!("the database is up to date");
        Ok(())
    })
    .await
}
