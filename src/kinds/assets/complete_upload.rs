//! The steps from a registered upload to a completed or failed asset. Each step is a short transaction. The writer of the object holds a
//! lease between them.

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::{deleted, discard, find_both, relabel, require_same};
use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode};
use crate::json::FileType;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord, Transition};
use crate::models::job::{self, Job};
use crate::sync::user_tx::{Outcome, UserWriter};

/// The result of taking a lease.
#[derive(Debug)]
pub enum LeaseOutcome {
    /// The caller may write the object.
    Taken(AssetRecord, ObjectRecord),
    /// The asset is already completed.
    Completed(AssetRecord),
    /// The upload failed before. Its bytes are removed.
    Failed,
}

/// Takes the lease to write the object of `id`, if `given` is the file that was registered. The lease expires after `lasts`, so that another
/// request can take it after a crash.
///
/// # Errors
/// `busy` if another request holds the lease, `id_conflict` if the file differs, `asset_deleted`, `not_found`, and those of
/// [`UserWriter::write`].
pub async fn take_lease(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    given: AssetContent,
    token: Uuid,
    lasts: Duration,
) -> Result<LeaseOutcome, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let (mut row, object) = find_both(tx, id).await?;
                match row.status {
                    AssetStatus::Deleted => return Err(deleted()),
                    AssetStatus::Failed => return Ok(Outcome::Unchanged(LeaseOutcome::Failed)),
                    AssetStatus::Completed => {
                        require_same(&row.content(), &given)?;
                        return Ok(Outcome::Unchanged(LeaseOutcome::Completed(row)));
                    }
                    AssetStatus::Pending => require_same(&row.content(), &given)?,
                }
                if !asset::take_lease(tx, id, token, lasts).await? {
                    return Err(ApiError::new(
                        ErrorCode::Busy,
                        "This file is being registered by another request. Send the same request again.",
                    ));
                }
                if row.sha256.is_none() && given.sha256.is_some() {
                    let version = tx.next_version();
                    let change = Transition::Register(AssetContent { sha256: given.sha256, ..row.content() });
                    row = asset::transition(tx, &row, change, version).await?.unwrap_or(row);
                    return Ok(Outcome::Changed(LeaseOutcome::Taken(row, object)));
                }
                Ok(Outcome::Unchanged(LeaseOutcome::Taken(row, object)))
            }
            .boxed()
        })
        .await
}

/// Releases the lease, if `token` still holds it.
///
/// # Errors
/// Those of [`UserWriter::write`].
pub async fn release_lease(writer: &UserWriter, owner: &OwnerId, id: Uuid, token: Uuid) -> Result<(), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                asset::release_lease(tx, id, token).await?;
                Ok(Outcome::Unchanged(()))
            }
            .boxed()
        })
        .await
}

/// What the check of an object found.
#[derive(Debug)]
pub struct CheckedObject {
    pub etag: String,
    /// The type of the bytes, which is the declared one where one was declared.
    pub mime_type: &'static str,
    pub file_type: FileType,
}

/// Completes an asset whose object is written and checked. `token` must still hold the lease.
///
/// # Errors
/// `busy` if the lease was lost or the asset changed, `not_found`, and those of [`UserWriter::write`].
pub async fn complete(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    token: Uuid,
    checked: CheckedObject,
    label: Option<AssetLabel>,
) -> Result<AssetRecord, ApiError> {
    let done = writer
        .write(owner, move |tx| {
            async move {
                let CheckedObject { etag, mime_type, file_type } = checked;
                let (row, object) = find_both(tx, id).await?;
                if row.status != AssetStatus::Pending {
                    // The asset was deleted or failed meanwhile, so the copied object is removed.
                    discard(tx, id, &object, row.status != AssetStatus::Completed).await?;
                    return Ok(Outcome::Unchanged(None));
                }
                if object.lease != Some(token) {
                    return Ok(Outcome::Unchanged(None));
                }
                let version = tx.next_version();
                if row.mime_type != mime_type {
                    let (file_type, mime_type) = (file_type.into_str().to_owned(), mime_type.to_owned());
                    asset::set_content(tx, id, &AssetContent { file_type, mime_type, ..row.content() }).await?;
                }
                let completed = asset::transition(tx, &row, Transition::Complete { etag }, version).await?;
                let completed = completed.unwrap_or(row);
                discard(tx, id, &object, false).await?;
                let (Outcome::Changed(row) | Outcome::Unchanged(row)) = match label {
                    Some(label) => relabel(tx, completed, &label).await?,
                    None => Outcome::Unchanged(completed),
                };
                Ok(Outcome::Changed(Some(row)))
            }
            .boxed()
        })
        .await?;
    done.ok_or_else(|| {
        ApiError::new(ErrorCode::Busy, "The file was changed or deleted meanwhile. Send the same request again.")
    })
}

/// Marks a pending upload as failed, if `token` still holds the lease. The staged bytes are removed, and with `with_object` the object under the final
/// key too: the caller copied it there.
///
/// # Errors
/// `not_found`, and those of [`UserWriter::write`].
pub async fn fail(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    token: Uuid,
    error: String,
    with_object: bool,
) -> Result<(), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let (row, object) = find_both(tx, id).await?;
                if row.status != AssetStatus::Pending || object.lease != Some(token) {
                    return Ok(Outcome::Unchanged(()));
                }
                asset::release_lease(tx, id, token).await?;
                discard(tx, id, &object, with_object).await?;
                let version = tx.next_version();
                Ok(match asset::transition(tx, &row, Transition::Fail { error }, version).await? {
                    Some(_) => Outcome::Changed(()),
                    None => Outcome::Unchanged(()),
                })
            }
            .boxed()
        })
        .await
}

/// Marks a completed asset as failed whose object is missing. The object is not removed: it may be found again.
///
/// # Errors
/// `not_found`, and those of [`UserWriter::write`].
pub async fn lose(writer: &UserWriter, owner: &OwnerId, id: Uuid, error: String) -> Result<(), ApiError> {
    change_completed(writer, owner, id, AssetStatus::Completed, Transition::Fail { error }).await
}

/// Completes an asset again that failed because its object was missing.
///
/// # Errors
/// `not_found`, and those of [`UserWriter::write`].
pub async fn find_again(writer: &UserWriter, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    change_completed(writer, owner, id, AssetStatus::Failed, Transition::FindAgain).await
}

/// Applies the change to an asset whose object was missing, if its status is still `expected`.
async fn change_completed(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    expected: AssetStatus,
    change: Transition,
) -> Result<(), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let (row, object) = find_both(tx, id).await?;
                if row.status != expected || object.missing_since.is_none() {
                    return Ok(Outcome::Unchanged(()));
                }
                let version = tx.next_version();
                Ok(match asset::transition(tx, &row, change, version).await? {
                    Some(_) => Outcome::Changed(()),
                    None => Outcome::Unchanged(()),
                })
            }
            .boxed()
        })
        .await
}

/// Records the multipart upload (id, bytes of a part) of a pending asset, or with `None` its end, if the recorded one is still `instead_of`. Of
/// two concurrent uploads the first one is recorded and returned, and the other one is discarded.
///
/// # Errors
/// `not_found`, and those of [`UserWriter::write`].
pub async fn record_multipart(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    upload: Option<(String, i64)>,
    instead_of: Option<String>,
) -> Result<ObjectRecord, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let (row, object) = find_both(tx, id).await?;
                let begins = upload.is_some();
                if (begins && row.status != AssetStatus::Pending) || object.upload_id != instead_of {
                    if let Some((upload, _)) = upload {
                        let upload = Some((object.staging_key.clone(), upload));
                        job::enqueue(tx.conn(), &Job::Discard { keys: Vec::new(), upload }, Duration::ZERO).await?;
                    }
                    return Ok(Outcome::Unchanged(object));
                }
                let recorded = upload.as_ref().map(|(upload, part_size)| (upload.as_str(), *part_size));
                asset::set_upload(tx, id, recorded).await?;
                let object = asset::find_object(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
                Ok(Outcome::Unchanged(object))
            }
            .boxed()
        })
        .await
}
