//! Announcing files: pending rows, within the user's quota.

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::{deleted, discard, relabel, require_same};
use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord, Transition};
use crate::sync::space::{Outcome, SpaceTransaction, Spaces};
use crate::wire::FileSpace;

/// A file as a device describes it.
#[derive(Debug, Clone)]
pub struct NewAsset {
    pub id: Uuid,
    pub content: AssetContent,
    pub label: AssetLabel,
    /// Where its bytes will be, if it is new or comes anew.
    pub keys: ObjectKeys,
}

/// Names in the bucket. `files` makes them.
#[derive(Debug, Clone)]
pub struct ObjectKeys {
    pub object: String,
    /// For another try after one that failed.
    pub object_again: String,
    pub staging: String,
}

/// What became of one announcement: a pending row, or why there can be none.
pub type Announced = Result<(AssetRecord, ObjectRecord), ApiError>;

/// Makes each file pending, new or anew. More than the quota refuses all of them.
pub async fn announce(
    spaces: &Spaces,
    owner: &OwnerId,
    quota: FileSpace,
    files: Vec<NewAsset>,
) -> Result<Vec<Announced>, ApiError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let used = asset::used(tx.conn(), &owner_id).await?;
                let mut changed = false;
                let mut announced = Vec::with_capacity(files.len());
                for file in &files {
                    announced.push(match announce_one(tx, &owner_id, file).await {
                        Ok(Outcome::Changed(row)) => {
                            changed = true;
                            Ok(row)
                        }
                        Ok(Outcome::Unchanged(row)) => Ok(row),
                        Err(refused) if refused.code.status() == 409 => Err(refused),
                        Err(error) => return Err(error),
                    });
                }
                if changed {
                    require_room(tx, &owner_id, used, quota).await?;
                    return Ok(Outcome::Changed(announced));
                }
                Ok(Outcome::Unchanged(announced))
            }
            .boxed()
        })
        .await
}

async fn announce_one(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    file: &NewAsset,
) -> Result<Outcome<(AssetRecord, ObjectRecord)>, ApiError> {
    let revision = tx.next_version();
    let Some(current) = asset::find(tx.conn(), owner, file.id).await? else {
        let described = (&file.content, &file.label);
        let keys = (file.keys.object.as_str(), file.keys.staging.as_str());
        asset::create(tx.conn(), owner, file.id, described, keys, revision).await?;
        let row = asset::find(tx.conn(), owner, file.id).await?.ok_or_else(ApiError::not_found)?;
        let object = asset::find_object(tx.conn(), owner, file.id).await?.ok_or_else(ApiError::not_found)?;
        return Ok(Outcome::Changed((row, object)));
    };
    let object = asset::find_object(tx.conn(), owner, file.id).await?.ok_or_else(ApiError::not_found)?;
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
            let again = current.status == AssetStatus::Failed || current.content() != file.content;
            let (current, changed) = match again {
                true => {
                    // Parts of something else are of no use.
                    discard(tx, &object, false).await?;
                    asset::set_upload(tx.conn(), owner, file.id, None).await?;
                    // Keys of its own: the removal of what was there before waits until the last link has ended, and must not meet the new bytes.
                    let failed = current.status == AssetStatus::Failed;
                    let object_key = if failed { &file.keys.object_again } else { &object.object_key };
                    asset::set_keys(tx.conn(), owner, file.id, object_key, &file.keys.staging).await?;
                    let change = Transition::Announce(file.content.clone());
                    let row = asset::transition(tx.conn(), owner, &current, change, revision).await?;
                    (row.unwrap_or(current), true)
                }
                false => (current, false),
            };
            let object = asset::find_object(tx.conn(), owner, file.id).await?.ok_or_else(ApiError::not_found)?;
            Ok(match relabel(tx, owner, current, &file.label).await? {
                Outcome::Unchanged(row) if !changed => Outcome::Unchanged((row, object)),
                Outcome::Changed(row) | Outcome::Unchanged(row) => Outcome::Changed((row, object)),
            })
        }
    }
}

/// Whether what was written in this transaction fits into the quota; else nothing of it stays. `before` is what was used when it began.
pub(super) async fn require_room(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    before: FileSpace,
    quota: FileSpace,
) -> Result<(), ApiError> {
    match asset::used(tx.conn(), owner).await?.fits_in(quota) {
        true => Ok(()),
        false => Err(ApiError::quota_exceeded(before, quota)),
    }
}
