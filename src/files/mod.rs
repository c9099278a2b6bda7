//! The way of a file's bytes (docs/FILES.md): between the storage, which knows keys, and the rows, which `sync::assets` keeps. No transaction is open and
//! no database connection is held while the storage is asked. Knows no HTTP.

mod links;
mod media;
mod multipart;
mod register;

use std::sync::Arc;

use uuid::Uuid;

use crate::config::FilesConfig;
use crate::db::Database;
use crate::models::OwnerId;
use crate::models::asset::{AssetContent, AssetLabel};
use crate::storage::{Storage, keys};
use crate::sync::Spaces;
use crate::sync::assets::{NewAsset, ObjectKeys};

pub use links::{Link, UploadLink};
pub use media::{MediaForm, MediaPart, MediaUpload};
pub use multipart::{PartsUnderWay, UploadPart};

/// A file as it was described, with the names that its bytes will have in the bucket.
pub fn new_asset(owner: &OwnerId, id: Uuid, content: AssetContent, label: AssetLabel) -> NewAsset {
    let user_id = owner.as_str();
    let keys = ObjectKeys {
        object: keys::object_key(user_id, id, &label.file_name),
        object_again: keys::object_key_again(user_id, id, &label.file_name),
        staging: keys::staging_key(user_id),
    };
    NewAsset { id, content, label, keys }
}

/// What files are handled with.
#[derive(Clone)]
pub struct Files {
    pub config: Arc<FilesConfig>,
    pub storage: Storage,
    db: Database,
    spaces: Spaces,
}

impl Files {
    pub fn new(config: Arc<FilesConfig>, db: Database, spaces: Spaces, storage: Storage) -> Self {
        Self { config, storage, db, spaces }
    }

    pub fn spaces(&self) -> &Spaces {
        &self.spaces
    }
}
