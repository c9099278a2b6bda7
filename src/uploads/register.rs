//! Registers assets. A row is completed only after its object was checked. The object is first copied from the staging key, which the upload link
//! allows to write, to the final key, which no link allows to write. The copy is what is checked, so that the upload link can't change a checked
//! object.

use std::time::Duration;

use uuid::Uuid;

use super::Files;
use crate::db::OwnerId;
use crate::error::{ApiError, FieldError};
use crate::json::UNDECLARED_TYPE;
use crate::kinds::assets::{self, LeaseOutcome};
use crate::models::asset::{AssetContent, AssetLabel, AssetRecord, ObjectRecord};
use crate::storage::{Declared, LONG_TIMEOUT, MediaType, StorageError};
use crate::trace::{self, Attribute};

/// The lease on an object, longer than a copy may take. A registration writes only while it holds the lease.
pub(super) const LEASE: Duration = Duration::from_secs(LONG_TIMEOUT.as_secs() + 15);

/// The result of checking an object.
pub(super) enum ObjectCheck {
    Valid {
        etag: String,
        media: MediaType,
    },
    /// The object does not exist yet.
    Missing,
    /// `copied`: the object under the final key is a copy that the check made.
    Invalid {
        error: FieldError,
        copied: bool,
    },
}

impl Files {
    /// Checks the uploaded object and completes its asset. True if the asset was not completed before.
    ///
    /// # Errors
    /// `validation_failed` (`not_uploaded`, `wrong_size`, `wrong_type`, `wrong_checksum`), or an error of the storage.
    pub async fn register(
        &self,
        owner: &OwnerId,
        id: Uuid,
        content: AssetContent,
        label: Option<AssetLabel>,
    ) -> Result<(AssetRecord, bool), ApiError> {
        let bytes = content.size;
        let of_upload =
            || vec![Attribute::new("user.id", owner.user_id().to_owned()), Attribute::new("landfall.bytes", bytes)];
        trace::span("upload", of_upload, self.register_now(owner, id, content, label)).await
    }

    async fn register_now(
        &self,
        owner: &OwnerId,
        id: Uuid,
        content: AssetContent,
        label: Option<AssetLabel>,
    ) -> Result<(AssetRecord, bool), ApiError> {
        let token = Uuid::new_v4();
        let mime_type = content.mime_type.clone();
        let (row, object) = match assets::take_lease(&self.writer, owner, id, content, token, LEASE).await? {
            LeaseOutcome::Completed(row) => return Ok((row, false)),
            LeaseOutcome::Failed => return Err(not_uploaded()),
            LeaseOutcome::Taken(row, object) => (row, object),
        };
        // A file whose type was unknown when its upload was registered may have one now.
        let mime_type = if row.mime_type == UNDECLARED_TYPE { mime_type } else { row.mime_type.clone() };
        let file_name = label.as_ref().map_or(&row.file_name, |label| &label.file_name);
        let declared = Declared::new(&mime_type, file_name).unwrap_or(Declared::Unknown);
        match self.check_object(&row, &object, declared, file_name).await {
            Ok(ObjectCheck::Valid { etag, media }) => {
                let checked = assets::CheckedObject { etag, mime_type: media.name, file_type: media.file_type };
                Ok((assets::complete(&self.writer, owner, id, token, checked, label).await?, true))
            }
            Ok(ObjectCheck::Missing) => {
                assets::release_lease(&self.writer, owner, id, token).await?;
                Err(not_uploaded())
            }
            Ok(ObjectCheck::Invalid { error, copied }) => {
                let why = error.detail.clone();
                assets::fail(&self.writer, owner, id, token, why, copied).await?;
                Err(ApiError::invalid(vec![error]))
            }
            Err(error) => {
                // The lease ends at once, so that the next try need not wait for it.
                assets::release_lease(&self.writer, owner, id, token).await?;
                Err(error.into())
            }
        }
    }

    async fn check_object(
        &self,
        row: &AssetRecord,
        object: &ObjectRecord,
        declared: Declared,
        file_name: &str,
    ) -> Result<ObjectCheck, StorageError> {
        let key = &object.object_key;
        // A missing staged object is no error: the final object exists where the database was restored from a backup older than the registration.
        let Some(staged) = self.storage.head(&object.staging_key).await? else {
            return self.check_final(row, key, declared, file_name).await;
        };
        if staged.size != row.size {
            return Ok(ObjectCheck::Invalid { error: wrong_size(row, staged.size), copied: false });
        }
        match self.storage.copy(&object.staging_key, &staged.etag, key, &row.mime_type).await {
            Err(StorageError::Missing(_)) => return Ok(ObjectCheck::Missing),
            other => other?,
        }
        Ok(match self.check_final(row, key, declared, file_name).await? {
            ObjectCheck::Invalid { error, .. } => ObjectCheck::Invalid { error, copied: true },
            other => other,
        })
    }

    /// Checks the object under the final key against the description of the asset.
    pub(super) async fn check_final(
        &self,
        row: &AssetRecord,
        key: &str,
        declared: Declared,
        file_name: &str,
    ) -> Result<ObjectCheck, StorageError> {
        let invalid = |error| Ok(ObjectCheck::Invalid { error, copied: false });
        let Some(copy) = self.storage.head(key).await? else { return Ok(ObjectCheck::Missing) };
        if copy.size != row.size {
            return invalid(wrong_size(row, copy.size));
        }
        let head = if row.size == 0 { Default::default() } else { self.storage.first_bytes(key).await? };
        let media = match declared.of_bytes(file_name, &head) {
            Ok(media) => media,
            Err(mismatch) => return invalid(FieldError::new("/mimeType", "wrong_type", mismatch.to_string())),
        };
        // The link was signed by the limit of another type, since the bytes were not known yet.
        let max_bytes = self.config.max_link_bytes(media.file_type);
        if media.file_type.into_str() != row.file_type && row.size > max_bytes {
            let detail = format!("the bytes are {}, and such a file may have {max_bytes} bytes at most", media.name);
            return invalid(FieldError::new("/size", "too_large", detail));
        }
        // The hash is computed here: objects joined from parts have no checksum of the whole.
        if let Some(expected) = &row.sha256
            && self.storage.sha256(key).await? != *expected
        {
            let detail = "the bytes have another SHA-256 than the registered one";
            return invalid(FieldError::new("/sha256", "wrong_checksum", detail));
        }
        Ok(ObjectCheck::Valid { etag: copy.etag, media })
    }
}

fn wrong_size(row: &AssetRecord, found: i64) -> FieldError {
    FieldError::new("/size", "wrong_size", format!("{} bytes were registered, {found} were uploaded", row.size))
}

pub(super) fn not_uploaded() -> ApiError {
    let detail = "nothing was uploaded for this file: ask for a link, send the bytes there, and register it then";
    ApiError::invalid(vec![FieldError::new("/id", "not_uploaded", detail)])
}
