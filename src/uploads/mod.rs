//! Moves the bytes of files (docs/FILES.md) between the storage, which knows keys, and the rows, which `kinds::assets` writes. No transaction is
//! open and no database connection is held during a request to the storage. This module knows no HTTP.

mod abandoned;
mod links;
mod media;
mod media_form;
mod multipart;
mod register;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use uuid::Uuid;

use crate::config::FilesConfig;
use crate::db::{Database, OwnerId};
use crate::kinds::assets::{NewAsset, ObjectKeys};
use crate::models::asset::{AssetContent, AssetLabel};
use crate::storage::{Storage, keys};
use crate::sync::UserWriter;

pub use links::{Link, UploadLink};
pub use media::MediaUpload;
pub use media_form::{MediaForm, MediaPart};
pub use multipart::{PartsUnderWay, UploadPart};

/// A described file, with the keys of its objects in the bucket.
pub fn new_asset(owner: &OwnerId, id: Uuid, content: AssetContent, label: AssetLabel) -> NewAsset {
    let user_id = owner.user_id();
    let keys = ObjectKeys {
        object: keys::object_key(user_id, id, &label.file_name),
        retry_object: keys::object_key_again(user_id, id, &label.file_name),
        staging: keys::staging_key(user_id),
    };
    NewAsset { id, content, label, keys }
}

/// What uploads and downloads need: settings, storage, database and the user writer.
#[derive(Clone)]
pub struct Files {
    pub config: Arc<FilesConfig>,
    pub storage: Storage,
    /// How many stored files are not in the bucket, as of the last look of the job `reconcile`.
    pub missing: Arc<AtomicI64>,
    db: Database,
    writer: UserWriter,
}

impl Files {
    pub fn new(config: Arc<FilesConfig>, db: Database, writer: UserWriter, storage: Storage) -> Self {
        Self { config, storage, missing: Arc::default(), db, writer }
    }

    pub fn writer(&self) -> &UserWriter {
        &self.writer
    }
}
