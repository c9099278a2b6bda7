//! From announced to stored, or not: each step is a short transaction, and whoever writes the object holds a claim on it between them.

use std::time::Duration;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::announce::require_room;
use super::{NewAsset, deleted, discard, find_both, relabel, require_same};
use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;
use crate::models::asset::{self, AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord, Transition};
use crate::models::job::{self, Job};
use crate::sync::space::{Outcome, Spaces};
use crate::wire::FileSpace;

/// What one who wants to write the object is told.
#[derive(Debug)]
pub enum Claimed {
    Yours(AssetRecord, ObjectRecord),
    /// It is stored and complete.
    Done(AssetRecord),
    /// It failed before: its bytes are gone.
    Gone,
}

/// Takes the right to write the object of `id`, if it is the file that was announced. A claim ends by itself, so a server that dies keeps nobody out.
pub async fn claim(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    given: AssetContent,
    token: Uuid,
    lasts: Duration,
) -> Result<Claimed, ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let owner = &owner_id;
                let (mut row, object) = find_both(tx, owner, id).await?;
                match row.status {
                    AssetStatus::Deleted => return Err(deleted()),
                    AssetStatus::Failed => return Ok(Outcome::Unchanged(Claimed::Gone)),
                    AssetStatus::Completed => {
                        require_same(&row.content(), &given)?;
                        return Ok(Outcome::Unchanged(Claimed::Done(row)));
                    }
                    AssetStatus::Pending => require_same(&row.content(), &given)?,
                }
                if !asset::claim(tx.conn(), owner, id, token, lasts).await? {
                    return Err(ApiError::new(
                        ErrorCode::Busy,
                        "This file is being registered by another request. Send the same request again.",
                    ));
                }
                if row.sha256.is_none() && given.sha256.is_some() {
                    let revision = tx.next_version();
                    let change = Transition::Announce(AssetContent { sha256: given.sha256, ..row.content() });
                    row = asset::transition(tx.conn(), owner, &row, change, revision).await?.unwrap_or(row);
                    return Ok(Outcome::Changed(Claimed::Yours(row, object)));
                }
                Ok(Outcome::Unchanged(Claimed::Yours(row, object)))
            }
            .boxed()
        })
        .await
}

/// Lets others try.
pub async fn release(spaces: &Spaces, owner: &OwnerId, id: Uuid, token: Uuid) -> Result<(), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                asset::release_claim(tx.conn(), &owner_id, id, token).await?;
                Ok(Outcome::Unchanged(()))
            }
            .boxed()
        })
        .await
}

/// The object is written and right; the claim must still be ours.
pub async fn complete(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    token: Uuid,
    etag: String,
    label: Option<AssetLabel>,
) -> Result<AssetRecord, ApiError> {
    let owner_id = owner.clone();
    let done = spaces
        .write(owner, move |tx| {
            async move {
                let owner = &owner_id;
                let (row, object) = find_both(tx, owner, id).await?;
                if row.status != AssetStatus::Pending {
                    // Deleted or given up meanwhile: the copy must go too.
                    discard(tx, &object, row.status != AssetStatus::Completed).await?;
                    return Ok(Outcome::Unchanged(None));
                }
                if object.claim != Some(token) {
                    return Ok(Outcome::Unchanged(None));
                }
                let revision = tx.next_version();
                let completed =
                    asset::transition(tx.conn(), owner, &row, Transition::Complete { etag }, revision).await?;
                let completed = completed.unwrap_or(row);
                discard(tx, &object, false).await?;
                let (Outcome::Changed(row) | Outcome::Unchanged(row)) = match label {
                    Some(label) => relabel(tx, owner, completed, &label).await?,
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

/// The file can't become what was announced. Whoever finds that out holds the claim, or is a job (`None`) and speaks of what is `expected`.
pub async fn fail(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    expected: AssetStatus,
    token: Option<Uuid>,
    error: String,
) -> Result<(), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let owner = &owner_id;
                let (row, object) = find_both(tx, owner, id).await?;
                if row.status != expected || token.is_some_and(|token| object.claim != Some(token)) {
                    return Ok(Outcome::Unchanged(()));
                }
                if let Some(token) = token {
                    asset::release_claim(tx.conn(), owner, id, token).await?;
                }
                discard(tx, &object, true).await?;
                let revision = tx.next_version();
                Ok(match asset::transition(tx.conn(), owner, &row, Transition::Fail { error }, revision).await? {
                    Some(_) => Outcome::Changed(()),
                    None => Outcome::Unchanged(()),
                })
            }
            .boxed()
        })
        .await
}

/// Notes that a pending file comes in parts, or no longer does. Two devices may begin at once: the first to be noted stays, and is answered.
pub async fn note_upload(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    upload: Option<(String, i64)>,
    instead_of: Option<String>,
) -> Result<ObjectRecord, ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let owner = &owner_id;
                let (row, object) = find_both(tx, owner, id).await?;
                let beginning = upload.is_some();
                if (beginning && row.status != AssetStatus::Pending) || object.upload_id != instead_of {
                    if let Some((upload, _)) = upload {
                        let upload = Some((object.staging_key.clone(), upload));
                        job::enqueue(tx.conn(), &Job::Discard { keys: Vec::new(), upload }, Duration::ZERO).await?;
                    }
                    return Ok(Outcome::Unchanged(object));
                }
                let noted = upload.as_ref().map(|(upload, part_size)| (upload.as_str(), *part_size));
                asset::set_upload(tx.conn(), owner, id, noted).await?;
                let object = asset::find_object(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
                Ok(Outcome::Unchanged(object))
            }
            .boxed()
        })
        .await
}

/// A file that came through the server and is in the storage already.
#[derive(Debug)]
pub struct StoredMedia {
    pub file: NewAsset,
    pub etag: String,
    /// The jobs that would remove the object if nobody said that it is wanted.
    pub discard: Vec<Uuid>,
}

/// Its row, in one step from nothing to completed; true if it is new. The id of a file that is stored already answers that one.
pub async fn store_media(
    spaces: &Spaces,
    owner: &OwnerId,
    quota: FileSpace,
    media: StoredMedia,
) -> Result<(AssetRecord, bool), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let owner = &owner_id;
                let StoredMedia { file, etag, discard } = media;
                if let Some(row) = asset::find(tx.conn(), owner, file.id).await? {
                    if row.status == AssetStatus::Deleted {
                        return Err(deleted());
                    }
                    require_same(&row.content(), &file.content)?;
                    if row.status == AssetStatus::Completed {
                        return Ok(Outcome::Unchanged((row, false)));
                    }
                    return Err(super::other_content("/id"));
                }
                let used = asset::used(tx.conn(), owner).await?;
                let revision = tx.next_version();
                let described = (&file.content, &file.label);
                let keys = (file.keys.object.as_str(), file.keys.staging.as_str());
                let row = asset::create(tx.conn(), owner, file.id, described, keys, revision).await?;
                let done = asset::transition(tx.conn(), owner, &row, Transition::Complete { etag }, revision).await?;
                require_room(tx, owner, used, quota).await?;
                for job in discard {
                    job::remove(tx.conn(), job).await?;
                }
                Ok(Outcome::Changed((done.unwrap_or(row), true)))
            }
            .boxed()
        })
        .await
}
