//! `landfall backup`.

use std::path::PathBuf;

use super::output;
use crate::backup::{self, Folder, Made};
use crate::boot::BootError;
use crate::boot::database::with_services;
use crate::config::Config;

/// Makes a backup in `folder` while servers run. With `keep`, only the last ones stay.
pub async fn backup(config: Config, folder: PathBuf, keep: Option<usize>) -> Result<(), BootError> {
    let folder = Folder::open(&folder)?;
    let pg_bin = config.database.embedded_binaries.as_deref();
    with_services(&config, async |db, storage| {
        let Made { name, about, copied, removed } = backup::make(&db, &storage, &folder, pg_bin, keep).await?;
        let mut text = format!(
            "Backup {name}: the database, and {} files of {} bytes; {copied} of them were copied now.\n",
            about.files, about.bytes
        );
        if let Some(first) = about.missing.first() {
            text += &format!("Not in the bucket: {} files or more, such as {first}.\n", about.missing.len());
        }
        if !removed.is_empty() {
            text += &format!("Removed: {}.\n", removed.join(", "));
        }
        output::print(&text);
        Ok(())
    })
    .await
}
