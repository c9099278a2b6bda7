//! `landfall restore`.

use super::output;
use crate::boot::BootError;
use crate::boot::database::{prepare_schema, with_database};
use crate::config::Config;
use crate::sync::restore::{self, Restore};

/// Begins a new epoch after the database was restored from a backup. Refuses while a server runs.
///
/// # Errors
/// What the command prints as its failure.
pub async fn restore(config: Config, sign_out: bool) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let conn = db.dedicated().await.map_err(BootError::Database)?;
        match restore::restore(conn, sign_out).await.map_err(BootError::Database)? {
            Restore::Done { before, now, sessions } => {
                output::print(&format!(
                    "The database has a new epoch: {now} (before: {before}). Devices offer again what the backup lost, and then start over.\n\
                     Sign-in sessions ended: {sessions}.\n"
                ));
                Ok(())
            }
            Restore::ServerRuns => Err(BootError::Other(
                "A Landfall server is connected to this database. Stop all servers, then run `landfall restore` again".into(),
            )),
        }
    })
    .await
}
