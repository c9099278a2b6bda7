//! `landfall jobs`.

use super::output;
use crate::boot::BootError;
use crate::boot::database::{prepare_schema, with_database};
use crate::config::Config;
use crate::models::job;

/// Prints the queue of background jobs, one line per kind.
///
/// # Errors
/// What the command prints as its failure.
pub async fn print(config: Config) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let mut conn = db.conn().await.map_err(BootError::Database)?;
        let lines = job::summary(&mut conn).await.map_err(|error| BootError::Database(error.into()))?;
        let mut text = format!("{:<22} {:>8} {:>8} {:>8}  last error\n", "kind", "waiting", "failing", "given up");
        for line in lines {
            let error = line.last_error.unwrap_or_default();
            text += &format!("{:<22} {:>8} {:>8} {:>8}  {error}\n", line.kind, line.waiting, line.failing, line.dead);
        }
        output::print(&text);
        Ok(())
    })
    .await
}
