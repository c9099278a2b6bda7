//! Ends uploads that were not registered in time. A database that was restored from a backup has such rows, whose uploads were completed after the
//! backup: their objects exist under the final key, and no device has the bytes any more.

use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;

use super::Files;
use super::register::{LEASE, ObjectCheck};
use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode};
use crate::kinds::assets::{self, LeaseOutcome};
use crate::storage::Declared;

/// The longest check of one object. A step of a job checks several.
const CHECK: Duration = Duration::from_secs(10);

impl Files {
    /// Completes a pending asset if the object under its final key matches its description, and otherwise marks its upload as failed. The staged bytes
    /// are removed. An object under the final key is never removed, because the asset may have been completed with it in another history of the
    /// database. An asset that another request registers now is left to that request.
    ///
    /// # Errors
    /// `not_found`, and those of the storage and of [`UserWriter::write`](crate::sync::UserWriter::write).
    pub async fn end_upload(&self, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
        let (row, _) = self.find_both(owner, id).await?;
        let token = Uuid::new_v4();
        let (row, object) = match assets::take_lease(&self.writer, owner, id, row.content(), token, LEASE).await {
            Ok(LeaseOutcome::Taken(row, object)) => (row, object),
            Ok(LeaseOutcome::Completed(_) | LeaseOutcome::Failed) => return Ok(()),
            Err(error) if matches!(error.code, ErrorCode::Busy | ErrorCode::AssetDeleted) => return Ok(()),
            Err(error) => return Err(error),
        };
        let declared = Declared::new(&row.mime_type, &row.file_name).unwrap_or(Declared::Unknown);
        let why = match timeout(CHECK, self.check_final(&row, &object.object_key, declared, &row.file_name)).await {
            Ok(Ok(ObjectCheck::Valid { etag, media })) => {
                let checked = assets::CheckedObject { etag, mime_type: media.name, file_type: media.file_type };
                assets::complete(&self.writer, owner, id, token, checked, None).await?;
                tracing::warn!(asset = %id, "a pending upload whose file is stored was completed; a restored backup has such rows");
                return Ok(());
            }
            Ok(Ok(ObjectCheck::Missing)) => "The upload was not finished in time.",
            Ok(Ok(ObjectCheck::Invalid { error, .. })) => {
                tracing::warn!(asset = %id, why = error.detail, "a pending upload has another file under its key; the file stays");
                "The upload was not finished in time, and another file has its place."
            }
            Ok(Err(error)) => {
                assets::release_lease(&self.writer, owner, id, token).await?;
                return Err(error.into());
            }
            Err(_elapsed) => {
                tracing::warn!(asset = %id, "the stored file of a pending upload could not be checked in time; the file stays");
                "The upload was not finished in time, and its file could not be checked."
            }
        };
        assets::fail(&self.writer, owner, id, token, why.to_owned(), false).await
    }
}
