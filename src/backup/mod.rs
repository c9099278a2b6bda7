//! Backups of the database and of the bucket that fit together, and the way back (docs/adr/0070-backups.md).
//!
//! A folder holds any number of backups, which share the bytes of completed files, because these never change under a key:
//!
//! ```text
//! files/{key}                  the bytes of completed files
//! {time}/database.dump         the archive of pg_dump
//! {time}/files.jsonl           the files of all users, one line each
//! {time}/uploads/{key}         bytes under the final key of an upload that was not completed
//! {time}/backup.json           what the backup is
//! unfinished/                  a backup that is being made, or was interrupted
//! ```

mod bucket;
mod error;
mod folder;
mod list;
mod make;
mod put_back;
mod restore;

pub use error::BackupError;
pub use folder::Folder;
pub use make::{Made, make};
pub use put_back::PutBack;
pub use restore::{Chosen, restore};
