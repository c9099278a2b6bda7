//! Puts the files of a backup into a bucket. Objects that are there with the same size are not sent again, so an interrupted restore goes on.

use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ring::digest::{Context, SHA256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::list::{self, FileLine, MOST_NAMED};
use super::{BackupError, Folder};
use crate::storage::{Storage, StorageError};

/// Files that are sent at the same time.
const AT_ONCE: usize = 4;
/// Larger files are sent in parts of this size.
const PART_BYTES: usize = 16 * 1024 * 1024;

/// What was put back.
#[derive(Debug, Default)]
pub struct PutBack {
    /// Files that were sent, and files that the bucket had.
    pub sent: u64,
    pub there: u64,
    /// Completed files that the backup lacks, or has with other bytes, and the first of their keys.
    pub damaged: u64,
    pub named: Vec<String>,
}

enum Put {
    Sent,
    There,
    Damaged,
    /// An upload that was not completed and left no bytes.
    Nothing,
}

/// Sends the files that the list of the backup names.
///
/// # Errors
/// If the storage refuses or does not answer, or a file can't be read. A damaged file is no error, so that the others are restored.
pub async fn put_files(storage: &Storage, folder: &Folder, backup: &Path) -> Result<PutBack, BackupError> {
    let lines = stream::iter(list::lines(backup)?);
    let puts = lines.map(|line| async move {
        let line = line?;
        let path = folder.bytes_of(backup, &line.key, line.is_completed)?;
        let put = put(storage, &line, &path).await?;
        Ok::<_, BackupError>((line, put))
    });
    let mut puts = std::pin::pin!(puts.buffer_unordered(AT_ONCE));
    let mut all = PutBack::default();
    while let Some((line, put)) = puts.try_next().await? {
        match put {
            Put::Sent => all.sent += 1,
            Put::There => all.there += 1,
            Put::Nothing => {}
            // The source did not have it either.
            Put::Damaged if line.is_missing || !line.is_completed => {}
            Put::Damaged => {
                tracing::warn!(key = line.key, "the backup does not have the bytes of a file");
                all.damaged += 1;
                if all.named.len() < MOST_NAMED {
                    all.named.push(line.key);
                }
            }
        }
    }
    Ok(all)
}

async fn put(storage: &Storage, line: &FileLine, path: &Path) -> Result<Put, BackupError> {
    let absent = if line.is_completed { Put::Damaged } else { Put::Nothing };
    let Ok(mut file) = File::open(path).await else { return Ok(absent) };
    let unreadable = || BackupError::io(format!("{} can't be read", path.display()));
    let size = file.metadata().await.map_err(unreadable())?.len();
    if line.is_completed && size != line.size.unsigned_abs() {
        return Ok(Put::Damaged);
    }
    if storage.head(&line.key).await?.is_some_and(|found| found.size.unsigned_abs() == size) {
        return Ok(Put::There);
    }
    let mut hash = Context::new(&SHA256);
    let first = next_part(&mut file, &mut hash).await.map_err(unreadable())?;
    if size <= PART_BYTES as u64 {
        if !has_hash(line, hash) {
            return Ok(Put::Damaged);
        }
        storage.put(&line.key, &line.mime_type, first).await?;
        return Ok(Put::Sent);
    }
    let upload = storage.begin_parts(&line.key, &line.mime_type).await?;
    let sent = async {
        let (mut parts, mut bytes) = (Vec::new(), first);
        while !bytes.is_empty() {
            let number = i32::try_from(parts.len() + 1).unwrap_or(i32::MAX);
            parts.push(storage.put_part(&line.key, &upload, number, bytes).await?);
            bytes = next_part(&mut file, &mut hash).await.map_err(unreadable())?;
        }
        if !has_hash(line, hash) {
            return Ok(Put::Damaged);
        }
        storage.join_parts(&line.key, &upload, &parts).await?;
        Ok::<_, BackupError>(Put::Sent)
    };
    let sent = sent.await;
    if !matches!(sent, Ok(Put::Sent)) {
        let aborted: Result<(), StorageError> = storage.abort_parts(&line.key, &upload).await;
        if let Err(error) = aborted {
            tracing::warn!(key = line.key, %error, "the parts of an upload could not be removed");
        }
    }
    sent
}

/// The next bytes of the file, [`PART_BYTES`] of them unless it ends.
async fn next_part(file: &mut File, hash: &mut Context) -> std::io::Result<Bytes> {
    let left = file.metadata().await?.len().saturating_sub(file.stream_position().await?);
    let mut bytes = BytesMut::with_capacity(left.min(PART_BYTES as u64) as usize);
    let mut rest = file.take(PART_BYTES as u64);
    while rest.read_buf(&mut bytes).await? > 0 {}
    hash.update(&bytes);
    Ok(bytes.freeze())
}

fn has_hash(line: &FileLine, hash: Context) -> bool {
    !line.is_completed || line.sha256.as_ref().is_none_or(|expected| *expected == hex::encode(hash.finish()))
}
