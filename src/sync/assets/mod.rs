//! What may happen to the rows of files, always under the user's lock and never with the storage in between: what must be done there afterwards is
//! queued in the same transaction. The way of the bytes is `files`' affair.

mod announce;
mod settle;

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::space::{Outcome, SpaceTransaction, Spaces};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::OwnerId;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord, Transition};
use crate::models::job::{self, Job};

pub use announce::{NewAsset, ObjectKeys, announce};
pub use settle::{Claimed, StoredMedia, claim, complete, fail, note_upload, release, store_media};

/// A link for uploading may be used for an hour at most; what comes by it after the file was settled is removed then.
pub const LINKS_END: Duration = Duration::from_secs(3600 + 300);

/// What to change; `None` leaves a member as it is.
#[derive(Debug, Default)]
pub struct LabelChanges {
    pub file_name: Option<String>,
    pub project_id: Option<Option<String>>,
    pub width: Option<Option<i32>>,
    pub height: Option<Option<i32>>,
}

/// Gives a living file another label; the last write wins.
pub async fn change(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    changes: LabelChanges,
) -> Result<AssetRecord, ApiError> {
    let owner_id = owner.clone();
    spaces.write(owner, move |tx| async move { change_in(tx, &owner_id, id, &changes).await }.boxed()).await
}

pub async fn change_in(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: Uuid,
    changes: &LabelChanges,
) -> Result<Outcome<AssetRecord>, ApiError> {
    let current = asset::find(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    if current.status == AssetStatus::Deleted {
        return Err(deleted());
    }
    let label = AssetLabel {
        file_name: changes.file_name.clone().unwrap_or_else(|| current.file_name.clone()),
        project_id: changes.project_id.clone().unwrap_or_else(|| current.project_id.clone()),
        width: changes.width.unwrap_or(current.width),
        height: changes.height.unwrap_or(current.height),
    };
    relabel(tx, owner, current, &label).await
}

/// Buries a file; its object goes by a job. A repeat is no error; an id that never was is.
pub async fn delete(spaces: &Spaces, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| async move { Ok(delete_in(tx, &owner_id, id).await?.map(|_tombstone| ())) }.boxed())
        .await
}

/// The tombstone.
pub async fn delete_in(tx: &mut SpaceTransaction, owner: &OwnerId, id: Uuid) -> Result<Outcome<AssetRecord>, ApiError> {
    let (current, object) = find_both(tx, owner, id).await?;
    let revision = tx.next_version();
    match asset::transition(tx.conn(), owner, &current, Transition::Bury, revision).await? {
        None => Ok(Outcome::Unchanged(current)),
        Some(tombstone) => {
            discard(tx, &object, true).await?;
            Ok(Outcome::Changed(tombstone))
        }
    }
}

async fn find_both(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: Uuid,
) -> Result<(AssetRecord, ObjectRecord), ApiError> {
    let row = asset::find(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    let object = asset::find_object(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    Ok((row, object))
}

async fn relabel(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    current: AssetRecord,
    label: &AssetLabel,
) -> Result<Outcome<AssetRecord>, ApiError> {
    let revision = tx.next_version();
    Ok(match asset::relabel(tx.conn(), owner, &current, label, revision).await? {
        Some(changed) => Outcome::Changed(changed),
        None => Outcome::Unchanged(current),
    })
}

/// Queues the removal of what is staged (and of the object too, with `all`): now, and again when the last link has ended.
async fn discard(tx: &mut SpaceTransaction, object: &ObjectRecord, all: bool) -> Result<(), ApiError> {
    let mut keys = vec![object.staging_key.clone()];
    if all {
        keys.push(object.object_key.clone());
    }
    let upload = object.upload_id.clone().map(|upload| (object.staging_key.clone(), upload));
    job::enqueue(tx.conn(), &Job::Discard { keys: keys.clone(), upload }, Duration::ZERO).await?;
    job::enqueue(tx.conn(), &Job::Discard { keys, upload: None }, LINKS_END).await?;
    Ok(())
}

fn deleted() -> ApiError {
    ApiError::new(ErrorCode::AssetDeleted, "The file was deleted, on this device or another. Use a new id.")
}

fn other_content(pointer: &'static str) -> ApiError {
    ApiError::new(
        ErrorCode::IdConflict,
        "A file with this id was announced with other content. Nothing was changed; use a new id.",
    )
    .with_errors(vec![FieldError::new(pointer, "id_conflict", "it is not what was announced under this id")])
}

/// Whether a file is the one that is stored; a checksum that only one side knows decides nothing.
fn require_same(stored: &AssetContent, given: &AssetContent) -> Result<(), ApiError> {
    if stored.size != given.size {
        return Err(other_content("/size"));
    }
    if stored.mime_type != given.mime_type {
        return Err(other_content("/mimeType"));
    }
    match (&stored.sha256, &given.sha256) {
        (Some(stored), Some(given)) if stored != given => Err(other_content("/sha256")),
        _ => Ok(()),
    }
}
