//! `landfall restore`.

use std::path::PathBuf;

use super::output;
use crate::backup::{self, Chosen, Folder, PutBack};
use crate::boot::BootError;
use crate::boot::database::{prepare_schema, run_migrations, with_database, with_services};
use crate::config::Config;
use crate::db::advisory::{self, Lock};
use crate::sync::restore::{self, Restore};

/// Begins a new epoch after the database was restored from a backup. Refuses while a server runs.
///
/// # Errors
/// What the command prints as its failure.
pub async fn restore(config: Config, sign_out: bool) -> Result<(), BootError> {
    with_database(&config, async |db| {
        prepare_schema(&config, &db).await?;
        let conn = db.dedicated().await.map_err(BootError::Database)?;
        report(restore::restore(conn, sign_out).await.map_err(BootError::Database)?)
    })
    .await
}

/// Restores a backup of `folder` into an empty database and a bucket, and begins a new epoch. Refuses while a server runs.
pub async fn restore_backup(
    config: Config,
    folder: PathBuf,
    name: Option<String>,
    sign_out: bool,
) -> Result<(), BootError> {
    let folder = Folder::open(&folder)?;
    let chosen = Chosen::find(&folder, name.as_deref())?;
    let pg_bin = config.database.embedded_binaries.as_deref();
    with_services(&config, async |db, storage| {
        let mut conn = db.dedicated().await.map_err(BootError::Database)?;
        // Held to the end: a server that starts meanwhile waits, and then reads the new epoch.
        if !advisory::try_exclusive(&mut conn, Lock::Serving).await.map_err(BootError::Database)? {
            return report(Restore::ServerRuns);
        }
        let PutBack { sent, there, damaged, named } =
            backup::restore(&db, &mut conn, &storage, &folder, &chosen, pg_bin).await?;
        output::print(&format!(
            "The backup {} of Landfall {} is restored: {sent} files were sent, and the bucket had {there}.\n",
            chosen.name, chosen.about.release
        ));
        // The backup may be of an earlier release.
        run_migrations(&db).await?;
        report(restore::restore(conn, sign_out).await.map_err(BootError::Database)?)?;
        match named.first() {
            None => Ok(()),
            Some(first) => Err(BootError::Other(format!(
                "The backup is restored, and {damaged} of its files are missing or damaged, such as {first}"
            ))),
        }
    })
    .await
}

fn report(result: Restore) -> Result<(), BootError> {
    match result {
        Restore::Done { before, now, sessions } => {
            output::print(&format!(
                "The database has a new epoch: {now} (before: {before}). Devices offer again what the backup lost, and then start over.\n\
                 Sign-in sessions ended: {sessions}.\n"
            ));
            Ok(())
        }
        Restore::ServerRuns => Err(BootError::Other(
            "A Landfall server is connected to this database. Stop all servers, then run `landfall restore` again"
                .into(),
        )),
    }
}
