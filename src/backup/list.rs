//! What a backup consists of: its description, and the list of its files.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::BackupError;
use crate::json::Timestamp;

/// The archive of pg_dump.
pub const DUMP: &str = "database.dump";
/// The list of files.
pub const LIST: &str = "files.jsonl";
/// The description.
pub const ABOUT: &str = "backup.json";
/// The form of the folder that this release writes and reads.
pub const FORMAT: u32 = 1;

/// A line of the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileLine {
    pub key: String,
    /// Bytes.
    pub size: i64,
    pub mime_type: String,
    /// Lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// False: the upload was not completed, and there may be no bytes.
    pub is_completed: bool,
    /// The server knew that the object is missing.
    #[serde(default)]
    pub is_missing: bool,
}

/// The description of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    pub format: u32,
    /// The release that made it.
    pub release: String,
    /// The time of the snapshot.
    pub at: Timestamp,
    /// PostgreSQL's version.
    pub postgres: String,
    pub epoch: Uuid,
    /// The number of completed files.
    pub files: u64,
    /// Their sizes together.
    pub bytes: u64,
    /// The keys of completed files without their bytes, at most [`MOST_NAMED`].
    pub missing: Vec<String>,
}

/// How many missing files a description names.
pub const MOST_NAMED: usize = 100;

impl About {
    /// # Errors
    /// If the file can't be written.
    pub fn write(&self, backup: &Path) -> Result<(), BackupError> {
        let failed = || BackupError::io(format!("{ABOUT} can't be written"));
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed()(error.into()))?;
        let mut file = File::create(backup.join(ABOUT)).map_err(failed())?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed())
    }

    /// # Errors
    /// If the file can't be read, or a later release made the backup in another form.
    pub fn read(backup: &Path) -> Result<Self, BackupError> {
        let path = backup.join(ABOUT);
        let unreadable = || BackupError::io(format!("{} can't be read", path.display()));
        let text = fs::read(&path).map_err(unreadable())?;
        let about: Self = serde_json::from_slice(&text).map_err(|error| unreadable()(error.into()))?;
        match about.format {
            FORMAT => Ok(about),
            other => Err(BackupError(format!(
                "{} has the form {other}, and this program reads the form {FORMAT}: use Landfall {} or later",
                path.display(),
                about.release
            ))),
        }
    }
}

/// A list that is being written.
pub struct ListWriter(BufWriter<File>);

impl ListWriter {
    /// # Errors
    /// If the file can't be made.
    pub fn create(backup: &Path) -> Result<Self, BackupError> {
        let file = File::create(backup.join(LIST)).map_err(BackupError::io(format!("{LIST} can't be made")))?;
        Ok(Self(BufWriter::new(file)))
    }

    /// # Errors
    /// If the file can't be written.
    pub fn add(&mut self, line: &FileLine) -> Result<(), BackupError> {
        let failed = || BackupError::io(format!("{LIST} can't be written"));
        serde_json::to_writer(&mut self.0, line).map_err(|error| failed()(error.into()))?;
        self.0.write_all(b"\n").map_err(failed())
    }

    /// # Errors
    /// If the file can't be written.
    pub fn finish(mut self) -> Result<(), BackupError> {
        let failed = || BackupError::io(format!("{LIST} can't be written"));
        self.0.flush().map_err(failed())?;
        self.0.get_ref().sync_all().map_err(failed())
    }
}

/// The lines of the list of a backup, read one by one.
///
/// # Errors
/// If the file can't be opened. A line that can't be read is an error of the iterator.
pub fn lines(backup: &Path) -> Result<impl Iterator<Item = Result<FileLine, BackupError>> + use<>, BackupError> {
    let path = backup.join(LIST);
    let unreadable = move || BackupError::io(format!("{} can't be read", path.display()));
    let file = File::open(backup.join(LIST)).map_err(unreadable())?;
    Ok(BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(unreadable())?;
        serde_json::from_str(&line).map_err(|error| unreadable()(error.into()))
    }))
}
