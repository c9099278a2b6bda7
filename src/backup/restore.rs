//! Restores a backup into an empty database and a bucket. The files go first: rows that are there then have their objects. The caller begins a new
//! epoch afterwards.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};

use super::list::{About, DUMP};
use super::put_back::{PutBack, put_files};
use super::{BackupError, Folder};
use crate::db::{Database, DbError, is_empty, programs, role};
use crate::storage::Storage;

/// The backup that is restored.
pub struct Chosen {
    pub name: String,
    pub about: About,
}

impl Chosen {
    /// The backup of this name, or the last one.
    ///
    /// # Errors
    /// If the folder has no such backup, or it can't be read.
    pub fn find(folder: &Folder, name: Option<&str>) -> Result<Self, BackupError> {
        let names = folder.backups()?;
        let found = match name {
            Some(name) => names.iter().find(|known| known.as_str() == name),
            None => names.last(),
        };
        let Some(name) = found else {
            return Err(BackupError(match names.as_slice() {
                [] => "The folder has no complete backup".to_owned(),
                names => format!("The folder has no such backup; it has {}", names.join(", ")),
            }));
        };
        Ok(Self { name: name.clone(), about: About::read(&folder.backup(name))? })
    }
}

/// Restores `chosen`. `conn` holds the lock that keeps servers away. `pg_bin` is the setting PG_BIN.
///
/// # Errors
/// If the database is not empty, its roles can't be made, or a part can't be restored. The database is restored as a whole or not at all.
pub async fn restore(
    db: &Database,
    conn: &mut AsyncPgConnection,
    storage: &Storage,
    folder: &Folder,
    chosen: &Chosen,
    pg_bin: Option<&str>,
) -> Result<PutBack, BackupError> {
    if !is_empty(conn).await? {
        return Err(BackupError(
            "The database has tables: a backup is restored into an empty one. If only the end of a restore is missing, run `landfall restore` without a folder"
                .into(),
        ));
    }
    storage.check().await?;
    if !role::ensure(conn).await? {
        return Err(BackupError(
            "The roles landfall_app and landfall_jobs do not exist, and this role can't make them: make them first (docs/PROTECTION.md)".into(),
        ));
    }
    let program = programs::find("pg_restore", pg_bin, programs::major(conn).await?).await.map_err(BackupError)?;
    let backup = folder.backup(&chosen.name);
    let put_back = put_files(storage, folder, &backup).await?;
    let dump = backup.join(DUMP).display().to_string();
    let arguments = ["--no-owner", "--single-transaction", "--exit-on-error", &dump];
    db.run_program(&program, &arguments).await.map_err(BackupError)?;
    // A dump has no statistics, and the planner guesses without them.
    conn.batch_execute("ANALYZE").await.map_err(DbError::from)?;
    Ok(put_back)
}
