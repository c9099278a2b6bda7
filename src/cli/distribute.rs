//! `landfall distribute`.

use super::output;
use crate::boot::BootError;
use crate::boot::database::with_database;
use crate::config::Config;
use crate::db::migrate;
use crate::distribute::{self, DistributeError, Done};

/// Prints what would be done. Needs no database.
///
/// # Errors
/// None.
pub fn plan(shards: u32) -> Result<(), BootError> {
    output::print(&distribute::describe(shards));
    Ok(())
}

/// Distributes the tables of user data over the workers of a Citus cluster. Refuses while a server runs.
///
/// # Errors
/// What the command prints as its failure.
pub async fn distribute(config: Config, shards: u32) -> Result<(), BootError> {
    with_database(&config, async |db| {
        let conn = db.dedicated().await.map_err(BootError::Database)?;
        let pending = migrate::count_pending(conn).await?;
        if pending > 0 {
            return Err(BootError::NotMigrated(pending));
        }
        let conn = db.dedicated().await.map_err(BootError::Database)?;
        let Done { tables } = distribute::distribute(conn, shards).await?;
        output::print(&match tables.len() {
            0 => "All tables were distributed before; settings and functions are up to date.\n".to_owned(),
            _ => format!("Distributed: {}. Start the servers.\n", tables.join(", ")),
        });
        Ok(())
    })
    .await
}

impl From<DistributeError> for BootError {
    fn from(error: DistributeError) -> Self {
        Self::Other(error.to_string())
    }
}
