//! The folder of backups on the disk.

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

use super::BackupError;

/// A backup that is being made.
const UNFINISHED: &str = "unfinished";
/// The bytes of completed files.
const FILES: &str = "files";
/// The bytes of unfinished uploads, in the folder of a backup.
const UPLOADS: &str = "uploads";

/// A folder of backups. One process at a time uses it.
pub struct Folder {
    root: PathBuf,
    _locked: File,
}

impl Folder {
    /// Makes the folder if it does not exist, readable by its owner only.
    ///
    /// # Errors
    /// If the folder can't be made, or another process uses it.
    pub fn open(root: &Path) -> Result<Self, BackupError> {
        let unusable = || BackupError::io(format!("The folder {} can't be used", root.display()));
        if !root.exists() {
            fs::create_dir_all(root).map_err(unusable())?;
            let closed = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(root, closed).map_err(unusable())?;
        }
        let lock = File::create(root.join(".lock")).map_err(unusable())?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _locked: lock }),
            Err(_) => Err(BackupError(format!("Another process uses the folder {}", root.display()))),
        }
    }

    /// Removes what an interrupted backup left, and makes the folder of a new one. Copied files stay.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn begin(&self) -> Result<PathBuf, BackupError> {
        let path = self.root.join(UNFINISHED);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(BackupError::io("The interrupted backup can't be removed"))?;
        }
        for new in [&path, &self.files()] {
            fs::create_dir_all(new).map_err(BackupError::io(format!("The folder {} can't be made", new.display())))?;
        }
        Ok(path)
    }

    /// Gives the new backup its name, which makes it a complete one.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(&self, name: &str) -> Result<(), BackupError> {
        let failed = || BackupError::io(format!("The backup {name} can't get its name"));
        fs::rename(self.root.join(UNFINISHED), self.root.join(name)).map_err(failed())?;
        File::open(&self.root).and_then(|folder| folder.sync_all()).map_err(failed())
    }

    /// The names of the complete backups, the oldest first.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn backups(&self) -> Result<Vec<String>, BackupError> {
        let unreadable = || BackupError::io(format!("The folder {} can't be read", self.root.display()));
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(unreadable())? {
            let entry = entry.map_err(unreadable())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != UNFINISHED && entry.path().join(super::list::ABOUT).exists() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The folder of a complete backup.
    pub fn backup(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The folder with the bytes of completed files.
    pub fn files(&self) -> PathBuf {
        self.root.join(FILES)
    }

    /// Where the bytes of `key` are. `backup` is the folder of one backup.
    ///
    /// # Errors
    /// If the key leads out of the folder.
    pub fn bytes_of(&self, backup: &Path, key: &str, is_completed: bool) -> Result<PathBuf, BackupError> {
        let root = if is_completed { self.files() } else { backup.join(UPLOADS) };
        below(&root, key).ok_or_else(|| BackupError(format!("The key {key:?} is no path below a folder")))
    }
}

/// The path of a key below `root`. `None` where the key has an empty segment, or one that leads elsewhere.
fn below(root: &Path, key: &str) -> Option<PathBuf> {
    let path = Path::new(key);
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let has_all = path.components().count() == key.split('/').count();
    (is_plain && has_all && !key.contains('\0')).then(|| root.join(path))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::below;

    #[test]
    fn keys_lead_below_the_folder() {
        let root = Path::new("/backups/files");
        assert_eq!(below(root, "u/1-a.png"), Some(PathBuf::from("/backups/files/u/1-a.png")));
        for key in ["", "/etc/passwd", "u/../../x", "..", "u//x", "u/./x", "u/x/", "u/\0"] {
            assert_eq!(below(root, key), None, "{key:?}");
        }
    }
}
