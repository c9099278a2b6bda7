//! The writes of assets' rows, under the user's lock. They don't call the storage: jobs that change it are queued in the same transaction.
//! `uploads` transfers the bytes.

mod complete_upload;
mod kind;
mod register_upload;
mod store_media;
pub mod wire;

use std::time::Duration;

use chrono::Utc;
use futures_util::FutureExt as _;
use uuid::Uuid;

use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::UNDECLARED_TYPE;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord, Transition};
use crate::models::job::{self, Job};
use crate::sync::kind::OtherKinds;
use crate::sync::registry::Registry;
use crate::sync::user_tx::{Outcome, UserWriter};

pub use complete_upload::{
    CheckedObject, LeaseOutcome, complete, fail, find_again, lose, record_multipart, release_lease, take_lease,
};
pub use kind::Assets;
pub use register_upload::{NewAsset, ObjectKeys, register_upload, renew_links};
pub use store_media::{StoredMedia, store_media};

/// The kind's name.
pub const NAME: &str = "assets";

/// When all upload links of an asset have expired: links are valid for an hour at most. Bytes that arrive after the asset was completed are
/// removed then.
pub const LINKS_END: Duration = Duration::from_secs(3600 + 300);

/// Changes of an asset's label. `None` leaves a member unchanged.
#[derive(Debug, Default)]
pub struct LabelChanges {
    pub file_name: Option<String>,
    pub project_id: Option<Option<String>>,
    pub width: Option<Option<i32>>,
    pub height: Option<Option<i32>>,
}

/// Changes the label of an asset that is not deleted. The last write wins.
///
/// # Errors
/// `not_found`, `asset_deleted`, and those of [`UserWriter::write`].
pub async fn change(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    changes: LabelChanges,
) -> Result<AssetRecord, ApiError> {
    writer.write(owner, move |tx| async move { change_in(tx, id, &changes).await }.boxed()).await
}

/// [`change`] in the caller's transaction.
///
/// # Errors
/// `not_found`, `asset_deleted`, and those of the database.
pub async fn change_in(tx: &mut UserTx, id: Uuid, changes: &LabelChanges) -> Result<Outcome<AssetRecord>, ApiError> {
    let current = asset::find(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    if current.status == AssetStatus::Deleted {
        return Err(deleted());
    }
    let label = AssetLabel {
        file_name: changes.file_name.clone().unwrap_or_else(|| current.file_name.clone()),
        project_id: changes.project_id.clone().unwrap_or_else(|| current.project_id.clone()),
        width: changes.width.unwrap_or(current.width),
        height: changes.height.unwrap_or(current.height),
    };
    relabel(tx, current, &label).await
}

/// Deletes an asset. A job removes its object. A repeat has no effect.
///
/// # Errors
/// `not_found` if the id never existed, and those of [`UserWriter::write`].
pub async fn delete(writer: &UserWriter, kinds: &Registry, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    let kinds = kinds.clone();
    writer
        .write(owner, move |tx| async move { Ok(delete_in(tx, &kinds, id).await?.map(|_tombstone| ())) }.boxed())
        .await
}

/// [`delete`] in the caller's transaction. The tombstone.
///
/// # Errors
/// `not_found` if the id never existed, and those of the database.
pub async fn delete_in(tx: &mut UserTx, kinds: &dyn OtherKinds, id: Uuid) -> Result<Outcome<AssetRecord>, ApiError> {
    let (current, object) = find_both(tx, id).await?;
    let version = tx.next_version();
    match asset::transition(tx, &current, Transition::Delete, version).await? {
        None => Ok(Outcome::Unchanged(current)),
        Some(tombstone) => {
            discard(tx, id, &object, true).await?;
            kinds.rows_deleted(tx, NAME, vec![id.to_string()]).await?;
            Ok(Outcome::Changed(tombstone))
        }
    }
}

async fn find_both(tx: &mut UserTx, id: Uuid) -> Result<(AssetRecord, ObjectRecord), ApiError> {
    let row = asset::find(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    let object = asset::find_object(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    Ok((row, object))
}

async fn relabel(tx: &mut UserTx, current: AssetRecord, label: &AssetLabel) -> Result<Outcome<AssetRecord>, ApiError> {
    let version = tx.next_version();
    Ok(match asset::relabel(tx, &current, label, version).await? {
        Some(changed) => Outcome::Changed(changed),
        None => Outcome::Unchanged(current),
    })
}

/// Queues the removal of the staged bytes, and with `all` of the object too: now, and again when the last link has expired, which is when they no longer
/// count against the quota.
async fn discard(tx: &mut UserTx, id: Uuid, object: &ObjectRecord, all: bool) -> Result<(), ApiError> {
    let mut keys = vec![object.staging_key.clone()];
    if all {
        keys.push(object.object_key.clone());
    }
    let upload = object.upload_id.clone().map(|upload| (object.staging_key.clone(), upload));
    job::enqueue(tx.conn(), &Job::Discard { keys: keys.clone(), upload }, Duration::ZERO).await?;
    let end = asset::links_end(tx.reader(), id).await?;
    let delay = end.and_then(|end| (end.0 - Utc::now()).to_std().ok());
    job::enqueue(tx.conn(), &Job::Discard { keys, upload: None }, delay.unwrap_or(LINKS_END)).await?;
    Ok(())
}

fn deleted() -> ApiError {
    ApiError::new(ErrorCode::AssetDeleted, "The file was deleted, on this device or another. Use a new id.")
}

fn other_content(pointer: &'static str) -> ApiError {
    ApiError::new(
        ErrorCode::IdConflict,
        "A file with this id was registered with other content. Nothing was changed; use a new id.",
    )
    .with_errors(vec![FieldError::new(
        pointer,
        "id_conflict",
        "it differs from the file that was registered under this id",
    )])
}

/// Refuses a file that differs from the stored one in size, type or checksum. A checksum that only one of them has is not compared.
fn require_same(stored: &AssetContent, given: &AssetContent) -> Result<(), ApiError> {
    if stored.size != given.size {
        return Err(other_content("/size"));
    }
    // A type that is unknown, before or now, is decided by the bytes.
    let is_known = |content: &AssetContent| content.mime_type != UNDECLARED_TYPE;
    if is_known(stored) && is_known(given) && stored.mime_type != given.mime_type {
        return Err(other_content("/mimeType"));
    }
    match (&stored.sha256, &given.sha256) {
        (Some(stored), Some(given)) if stored != given => Err(other_content("/sha256")),
        _ => Ok(()),
    }
}
