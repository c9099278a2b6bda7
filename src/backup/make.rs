//! Makes a backup while servers run. The database goes first and the bucket second: a row of the snapshot then has its object, because objects are
//! stored before their rows are completed, never change, and are not removed while the lock of the backup is held.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use ring::digest::{SHA256, digest};
use uuid::Uuid;

use super::bucket::{Copies, copy_files};
use super::list::{self, About, DUMP, FORMAT, FileLine, ListWriter};
use super::{BackupError, Folder};
use crate::db::advisory::{self, Lock};
use crate::db::snapshot::{self, Exported};
use crate::db::{Database, DbError, OwnerKey, listen, programs};
use crate::distribute;
use crate::json::Timestamp;
use crate::models::asset::{self, StoredFile};
use crate::models::database_state;
use crate::storage::Storage;

/// Rows of one statement.
const PAGE: i64 = 1000;
/// How often the connection with the lock is used, so that nothing between takes it for a dead one.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A worker of a server asks for the lock for an instant, so it is tried more than once.
const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// A complete backup.
pub struct Made {
    pub name: String,
    pub about: About,
    /// Files that were copied now. The folder had the others.
    pub copied: u64,
    /// Names of older backups that were removed.
    pub removed: Vec<String>,
}

/// Makes a backup in `folder`. `pg_bin` is the setting PG_BIN. With `keep`, older backups than the last `keep` are removed, and the files that only they have.
///
/// # Errors
/// If the role is not the owner of the tables, a program is missing, or a part can't be copied. Files that were copied stay for the next attempt.
pub async fn make(
    db: &Database,
    storage: &Storage,
    folder: &Folder,
    pg_bin: Option<&str>,
    keep: Option<usize>,
) -> Result<Made, BackupError> {
    let mut conn = db.dedicated().await?;
    if distribute::is_distributed(&mut conn).await? {
        return Err(BackupError(
            "The tables are distributed, and a snapshot is of one node: back up all nodes at one point (docs/SCALE.md)"
                .into(),
        ));
    }
    lock(&mut conn).await?;
    let backup = folder.begin()?;
    let exported = snapshot::begin(&mut conn).await?;
    if exported.hides_rows {
        return Err(BackupError(
            "The role of DATABASE_URL does not see the rows of all users: make backups as the owner of the tables"
                .into(),
        ));
    }
    let at = Timestamp::now();
    let epoch = database_state::epoch(&mut conn).await.map_err(DbError::from)?;
    list_files(&mut conn, &backup).await?;
    dump(db, &exported, &backup.join(DUMP), pg_bin).await?;
    snapshot::end(&mut conn).await?;
    let Copies { files, bytes, copied, named, .. } = tokio::select! {
        copies = copy_files(storage, folder, &backup) => copies?,
        lost = until_lost(&mut conn) => return Err(lost),
    };
    // The answer proves that the lock was held all the time: it ends with its session.
    listen::ping(&mut conn).await.map_err(|_| lost_connection())?;
    let release = env!("CARGO_PKG_VERSION").to_owned();
    let about = About { format: FORMAT, release, at, postgres: exported.version, epoch, files, bytes, missing: named };
    about.write(&backup)?;
    let name = at.0.format("%Y-%m-%dT%H-%M-%S%.3fZ").to_string();
    folder.finish(&name)?;
    let removed = match keep {
        Some(keep) => remove_old(folder, keep.max(1))?,
        None => Vec::new(),
    };
    Ok(Made { name, about, copied, removed })
}

async fn lock(conn: &mut AsyncPgConnection) -> Result<(), BackupError> {
    for _ in 0..LOCK_ATTEMPTS {
        if advisory::try_exclusive(conn, Lock::Backup).await? {
            return Ok(());
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(BackupError("Another backup of this database is being made".into()))
}

/// Writes the list of the files of the snapshot.
async fn list_files(conn: &mut AsyncPgConnection, backup: &Path) -> Result<(), BackupError> {
    let mut list = ListWriter::create(backup)?;
    let mut after = (OwnerKey::FIRST, Uuid::nil());
    loop {
        let page = asset::stored(conn, after, PAGE).await.map_err(DbError::from)?;
        let Some(last) = page.last() else { return list.finish() };
        after = (last.owner, last.id);
        for StoredFile { object_key, size, mime_type, sha256, is_completed, is_missing, .. } in page {
            list.add(&FileLine { key: object_key, size, mime_type, sha256, is_completed, is_missing })?;
        }
    }
}

async fn dump(db: &Database, exported: &Exported, path: &Path, pg_bin: Option<&str>) -> Result<(), BackupError> {
    let program = programs::find("pg_dump", pg_bin, exported.major).await.map_err(BackupError)?;
    let (snapshot, file) = (format!("--snapshot={}", exported.name), format!("--file={}", path.display()));
    let arguments = ["--format=custom", "--no-owner", "--lock-wait-timeout=60s", &snapshot, &file];
    db.run_program(&program, &arguments).await.map_err(BackupError)?;
    let synced = fs::File::open(path).and_then(|file| file.sync_all());
    synced.map_err(BackupError::io(format!("{DUMP} can't be written")))
}

/// Returns when the connection with the lock has ended.
async fn until_lost(conn: &mut AsyncPgConnection) -> BackupError {
    loop {
        tokio::time::sleep(PING_EVERY).await;
        if listen::ping(conn).await.is_err() {
            return lost_connection();
        }
    }
}

fn lost_connection() -> BackupError {
    BackupError(
        "The connection to the database was lost, so files may have been removed from the bucket meanwhile: make the backup again, the copied files stay"
            .into(),
    )
}

/// Removes all but the last `keep` backups, and the bytes that no backup names any more. The names of what was removed.
fn remove_old(folder: &Folder, keep: usize) -> Result<Vec<String>, BackupError> {
    let mut kept = folder.backups()?;
    let removed: Vec<String> = kept.drain(..kept.len().saturating_sub(keep)).collect();
    for name in &removed {
        fs::remove_dir_all(folder.backup(name)).map_err(BackupError::io(format!("{name} can't be removed")))?;
    }
    let mut named = HashSet::new();
    for name in &kept {
        for line in list::lines(&folder.backup(name))? {
            let line = line?;
            if line.is_completed {
                named.insert(short(&line.key));
            }
        }
    }
    let root = folder.files();
    remove_unnamed(&root, &root, &named)?;
    Ok(removed)
}

/// Half of the hash of a key: a set of millions of keys stays small.
fn short(key: &str) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&digest(&SHA256, key.as_bytes()).as_ref()[..16]);
    half
}

/// Removes the files below `dir` whose keys are not in `named`, and folders that are empty then.
fn remove_unnamed(root: &Path, dir: &Path, named: &HashSet<[u8; 16]>) -> Result<(), BackupError> {
    let failed = || BackupError::io(format!("{} can't be cleaned", dir.display()));
    for entry in fs::read_dir(dir).map_err(failed())? {
        let path = entry.map_err(failed())?.path();
        if path.is_dir() {
            remove_unnamed(root, &path, named)?;
            // Fails where the folder is not empty.
            let _ = fs::remove_dir(&path);
            continue;
        }
        let key = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if !named.contains(&short(&key)) {
            fs::remove_file(&path).map_err(failed())?;
        }
    }
    Ok(())
}
