//! `landfall sweep`.

use super::output;
use crate::boot::BootError;
use crate::boot::database::{prepare_schema, with_database};
use crate::config::Config;
use crate::sync::retention::{self, Removed};
use crate::sync::{Events, UserWriter};

/// Removes tombstones and stored outcomes that are older than `days`.
///
/// # Errors
/// What the command prints as its failure.
pub async fn sweep(config: Config, days: Option<i32>) -> Result<(), BootError> {
    let days = days.unwrap_or(config.tombstone_days);
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let writer = UserWriter::new(db.clone(), Events::default(), config.data.row_quota);
        match retention::remove_expired(&db, &writer, &crate::kinds::registry(), days).await? {
            Some(Removed { users, rows }) => {
                output::print(&format!("Removed {rows} rows of {users} users that were older than {days} days.\n"));
                Ok(())
            }
            None => Err(BootError::Other("Another process is removing rows. Nothing was done".into())),
        }
    })
    .await
}
