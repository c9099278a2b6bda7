//! A file that was uploaded through the server becomes a completed asset in one step.

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::register_upload::require_quota;
use super::{NewAsset, deleted, require_same};
use crate::db::OwnerId;
use crate::error::ApiError;
use crate::json::FileSpace;
use crate::models::asset::{self, AssetRecord, AssetStatus, Transition};
use crate::models::job;
use crate::sync::user_tx::{Outcome, UserWriter};

/// A file that was uploaded through the server and is already in the storage.
#[derive(Debug)]
pub struct StoredMedia {
    pub file: NewAsset,
    pub etag: String,
    /// The queued jobs that remove the object. They are removed when the row is stored.
    pub discard: Vec<Uuid>,
}

/// Stores the row of a file as completed, in one step. True if it is new. If the id is already stored, that row is returned.
///
/// # Errors
/// `quota_exceeded`, `id_conflict`, `asset_deleted`, and those of [`UserWriter::write`].
pub async fn store_media(
    writer: &UserWriter,
    owner: &OwnerId,
    quota: FileSpace,
    media: StoredMedia,
) -> Result<(AssetRecord, bool), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let StoredMedia { file, etag, discard } = media;
                if let Some(row) = asset::find(tx.reader(), file.id).await? {
                    if row.status == AssetStatus::Deleted {
                        return Err(deleted());
                    }
                    require_same(&row.content(), &file.content)?;
                    if row.status == AssetStatus::Completed {
                        return Ok(Outcome::Unchanged((row, false)));
                    }
                    return Err(super::other_content("/id"));
                }
                let used = asset::used(tx.reader()).await?;
                let version = tx.next_version();
                let described = (&file.content, &file.label);
                let keys = (file.keys.object.as_str(), file.keys.staging.as_str());
                let row = asset::create(tx, file.id, described, keys, version).await?;
                let done = asset::transition(tx, &row, Transition::Complete { etag }, version).await?;
                require_quota(tx, used, quota).await?;
                for job in discard {
                    job::remove(tx.conn(), job).await?;
                }
                Ok(Outcome::Changed((done.unwrap_or(row), true)))
            }
            .boxed()
        })
        .await
}
