//! Registering uploads: pending rows, within the user's quota.

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::{deleted, discard, find_both, relabel, require_same};
use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, ErrorCode};
use crate::json::FileSpace;
use crate::models::asset::{
    self, AssetContent, AssetLabel, AssetRecord, AssetStatus, LinkedKey, ObjectRecord, Transition,
};
use crate::sync::user_tx::{Outcome, UserWriter};

/// A file as a device describes it.
#[derive(Debug, Clone)]
pub struct NewAsset {
    pub id: Uuid,
    pub content: AssetContent,
    pub label: AssetLabel,
    /// The keys of its bytes, if it is new or registered again.
    pub keys: ObjectKeys,
}

/// Keys of objects in the bucket. `uploads` makes them.
#[derive(Debug, Clone)]
pub struct ObjectKeys {
    /// The key of the complete object.
    pub object: String,
    /// The key of the complete object after a failed upload.
    pub retry_object: String,
    /// The key of the uploaded bytes before they are checked.
    pub staging: String,
}

/// The result for one file: a pending row, or its refusal.
pub type RegisteredUpload = Result<(AssetRecord, ObjectRecord), ApiError>;

/// Registers the upload of each file: its row is created, or pending again. Links to them may be signed for `links_last`; they count against the quota
/// until they have expired. Exceeding the quota refuses all files.
///
/// # Errors
/// `quota_exceeded`, and those of [`UserWriter::write`]. A refusal of one file (409) is in its result.
pub async fn register_upload(
    writer: &UserWriter,
    owner: &OwnerId,
    quota: FileSpace,
    files: Vec<NewAsset>,
    links_last: Duration,
) -> Result<Vec<RegisteredUpload>, ApiError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    writer
        .write(owner, move |tx| {
            async move {
                let used = asset::used(tx.reader()).await?;
                let mut changed = 0;
                let mut registered = Vec::with_capacity(files.len());
                for file in &files {
                    registered.push(match register_one(tx, file).await {
                        Ok(Outcome::Changed(row)) => {
                            changed += 1;
                            Ok(row)
                        }
                        Ok(Outcome::Unchanged(row)) => Ok(row),
                        Err(refused) if refused.code.status() == 409 => Err(refused),
                        Err(error) => return Err(error),
                    });
                }
                let links: Vec<LinkedKey<'_>> = registered.iter().flatten().map(linked_key).collect();
                asset::note_links(tx, &links, links_last).await?;
                if changed > 0 {
                    tx.count_writes(changed);
                    require_quota(tx, used, quota).await?;
                    return Ok(Outcome::Changed(registered));
                }
                Ok(Outcome::Unchanged(registered))
            }
            .boxed()
        })
        .await
}

/// The key of a registered upload.
fn linked_key((row, object): &(AssetRecord, ObjectRecord)) -> LinkedKey<'_> {
    LinkedKey { id: row.id, staging_key: &object.staging_key, size: row.size }
}

/// Notes that links to a registered upload may be signed again, for `links_last`.
///
/// # Errors
/// `not_found`, and those of [`UserWriter::write`].
pub async fn renew_links(writer: &UserWriter, owner: &OwnerId, id: Uuid, links_last: Duration) -> Result<(), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let both = find_both(tx, id).await?;
                asset::note_links(tx, &[linked_key(&both)], links_last).await?;
                Ok(Outcome::Unchanged(()))
            }
            .boxed()
        })
        .await
}

async fn register_one(tx: &mut UserTx, file: &NewAsset) -> Result<Outcome<(AssetRecord, ObjectRecord)>, ApiError> {
    let version = tx.next_version();
    let Some(current) = asset::find(tx.reader(), file.id).await? else {
        let described = (&file.content, &file.label);
        let keys = (file.keys.object.as_str(), file.keys.staging.as_str());
        asset::create(tx, file.id, described, keys, version).await?;
        let row = asset::find(tx.reader(), file.id).await?.ok_or_else(ApiError::not_found)?;
        let object = asset::find_object(tx.reader(), file.id).await?.ok_or_else(ApiError::not_found)?;
        return Ok(Outcome::Changed((row, object)));
    };
    let object = asset::find_object(tx.reader(), file.id).await?.ok_or_else(ApiError::not_found)?;
    match current.status {
        AssetStatus::Deleted => Err(deleted()),
        AssetStatus::Completed => {
            require_same(&current.content(), &file.content)?;
            Err(ApiError::new(
                ErrorCode::AlreadyUploaded,
                "This file is stored and complete: there is nothing to upload. Registering it again answers it.",
            ))
        }
        AssetStatus::Pending | AssetStatus::Failed => {
            let retry = current.status == AssetStatus::Failed || current.content() != file.content;
            let (current, changed) = match retry {
                true => {
                    // Uploaded parts of another content are discarded.
                    discard(tx, file.id, &object, false).await?;
                    asset::set_upload(tx, file.id, None).await?;
                    // New keys: the earlier bytes are removed when the last link has expired, and that must not remove the new bytes.
                    let failed = current.status == AssetStatus::Failed;
                    let object_key = if failed { &file.keys.retry_object } else { &object.object_key };
                    asset::set_keys(tx, file.id, object_key, &file.keys.staging).await?;
                    let change = Transition::Register(file.content.clone());
                    let row = asset::transition(tx, &current, change, version).await?;
                    (row.unwrap_or(current), true)
                }
                false => (current, false),
            };
            let object = asset::find_object(tx.reader(), file.id).await?.ok_or_else(ApiError::not_found)?;
            Ok(match relabel(tx, current, &file.label).await? {
                Outcome::Unchanged(row) if !changed => Outcome::Unchanged((row, object)),
                Outcome::Changed(row) | Outcome::Unchanged(row) => Outcome::Changed((row, object)),
            })
        }
    }
}

/// Refuses the transaction if the user's files now exceed the quota. `before` is what was used at its begin, for the error.
pub(super) async fn require_quota(tx: &mut UserTx, before: FileSpace, quota: FileSpace) -> Result<(), ApiError> {
    match asset::used(tx.reader()).await?.fits_in(quota) {
        true => Ok(()),
        false => Err(ApiError::quota_exceeded(before, quota)),
    }
}
