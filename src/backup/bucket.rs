//! Copies the files of a backup out of the bucket. Bytes of completed files that the folder has are not copied again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ring::digest::{Context, SHA256};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use super::list::{self, FileLine, MOST_NAMED};
use super::{BackupError, Folder};
use crate::storage::{Storage, StorageError};

/// Files that are copied at the same time.
const AT_ONCE: usize = 8;
/// How often a copy is tried, and the pause after a failure.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
/// More missing files than this, and than one in a hundred, are no loss of single files: the bucket is likely to be the wrong one.
const FEW: u64 = 10;

/// What was copied.
#[derive(Debug, Default)]
pub struct Copies {
    /// Completed files, those that were there included, and their bytes.
    pub files: u64,
    pub bytes: u64,
    /// Files that were copied now.
    pub copied: u64,
    /// Completed files that are not in the bucket as their rows say, and the first of their keys.
    pub missing: u64,
    pub named: Vec<String>,
}

enum Copied {
    Now,
    Before,
    /// Not in the bucket, or with other bytes.
    Missing,
}

/// Copies the files that the list of the backup names.
///
/// # Errors
/// If the storage does not answer, the disk refuses, or too many files are missing.
pub async fn copy_files(storage: &Storage, folder: &Folder, backup: &Path) -> Result<Copies, BackupError> {
    let lines = stream::iter(list::lines(backup)?);
    let copies = lines.map(|line| async move {
        let line = line?;
        let path = folder.bytes_of(backup, &line.key, line.is_completed)?;
        let copied = copy(storage, &line, &path).await?;
        Ok::<_, BackupError>((line, copied))
    });
    let mut copies = std::pin::pin!(copies.buffer_unordered(AT_ONCE));
    let mut all = Copies::default();
    while let Some((line, copied)) = copies.try_next().await? {
        if !line.is_completed {
            continue;
        }
        match copied {
            Copied::Missing => {
                tracing::warn!(key = line.key, "a file is not in the bucket as its row says");
                // What the server knows to be missing says nothing of the bucket.
                all.missing += u64::from(!line.is_missing);
                if all.named.len() < MOST_NAMED {
                    all.named.push(line.key);
                }
            }
            now => {
                all.copied += u64::from(matches!(now, Copied::Now));
                all.files += 1;
                all.bytes += u64::try_from(line.size).unwrap_or_default();
            }
        }
    }
    if all.missing > FEW && all.missing * 100 > all.files {
        return Err(BackupError(format!(
            "{} of {} files are not in the bucket, which may be the wrong one: check the settings of the storage",
            all.missing,
            all.files + all.missing
        )));
    }
    Ok(all)
}

async fn copy(storage: &Storage, line: &FileLine, path: &Path) -> Result<Copied, BackupError> {
    if line.is_completed && fs::metadata(path).await.is_ok_and(|found| found.len() == line.size.unsigned_abs()) {
        return Ok(Copied::Before);
    }
    for _ in 1..ATTEMPTS {
        match copy_once(storage, line, path).await {
            Err(Failed::Storage(error)) => {
                tracing::warn!(key = line.key, %error, "a copy is tried again");
                tokio::time::sleep(PAUSE).await;
            }
            other => return other.map_err(BackupError::from),
        }
    }
    copy_once(storage, line, path).await.map_err(BackupError::from)
}

enum Failed {
    Storage(StorageError),
    Disk(BackupError),
}

impl From<Failed> for BackupError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Storage(error) => error.into(),
            Failed::Disk(error) => error,
        }
    }
}

async fn copy_once(storage: &Storage, line: &FileLine, path: &Path) -> Result<Copied, Failed> {
    let disk = |error| Failed::Disk(BackupError::io(format!("{} can't be written", path.display()))(error));
    let Some(mut object) = storage.read(&line.key).await.map_err(Failed::Storage)? else { return Ok(Copied::Missing) };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).await.map_err(disk)?;
    }
    let part = part_of(path);
    let mut file = fs::File::create(&part).await.map_err(disk)?;
    let (mut hash, mut size) = (Context::new(&SHA256), 0u64);
    while let Some(chunk) = object.next().await.map_err(Failed::Storage)? {
        hash.update(&chunk);
        size += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(disk)?;
    }
    file.sync_all().await.map_err(disk)?;
    let is_other = line.sha256.as_ref().is_some_and(|expected| *expected != hex::encode(hash.finish()));
    if line.is_completed && (size != line.size.unsigned_abs() || is_other) {
        fs::remove_file(&part).await.map_err(disk)?;
        return Ok(Copied::Missing);
    }
    fs::rename(&part, path).await.map_err(disk)?;
    Ok(Copied::Now)
}

/// Where the bytes are until they are complete.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
