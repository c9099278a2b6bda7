//! Registering: no row is completed without a look at the object. It is copied from where the link for uploading leads to where no link does, and the copy
//! is what is looked at; so that link can change nothing any more.

use std::time::Duration;

use uuid::Uuid;

use super::Files;
use crate::error::{ApiError, FieldError};
use crate::models::OwnerId;
use crate::models::asset::{AssetContent, AssetLabel, AssetRecord, AssetStatus, ObjectRecord};
use crate::storage::media_type::Mismatch;
use crate::storage::{LONG_TIMEOUT, MediaType, StorageError};
use crate::sync::assets::{self, Claimed};

/// Longer than a copy may take: who holds no claim any more writes nothing.
const CLAIM_LASTS: Duration = Duration::from_secs(LONG_TIMEOUT.as_secs() + 15);

/// What the look came to.
enum Look {
    Right {
        etag: String,
    },
    /// Nothing is there: the upload may still come.
    Nothing,
    Wrong(FieldError),
}

impl Files {
    /// Completes an announced file whose bytes are there; true if it was not complete before.
    pub async fn register(
        &self,
        owner: &OwnerId,
        id: Uuid,
        content: AssetContent,
        label: Option<AssetLabel>,
    ) -> Result<(AssetRecord, bool), ApiError> {
        let token = Uuid::new_v4();
        let (row, object) = match assets::claim(&self.spaces, owner, id, content, token, CLAIM_LASTS).await? {
            Claimed::Done(row) => return Ok((row, false)),
            Claimed::Gone => return Err(not_uploaded()),
            Claimed::Yours(row, object) => (row, object),
        };
        match self.look(&row, &object).await {
            Ok(Look::Right { etag }) => {
                Ok((assets::complete(&self.spaces, owner, id, token, etag, label).await?, true))
            }
            Ok(Look::Nothing) => {
                assets::release(&self.spaces, owner, id, token).await?;
                Err(not_uploaded())
            }
            Ok(Look::Wrong(error)) => {
                let why = error.detail.clone();
                assets::fail(&self.spaces, owner, id, AssetStatus::Pending, Some(token), why).await?;
                Err(ApiError::invalid(vec![error]))
            }
            Err(error) => {
                // The storage's trouble is no reason to keep the next try waiting.
                assets::release(&self.spaces, owner, id, token).await?;
                Err(error.into())
            }
        }
    }

    async fn look(&self, row: &AssetRecord, object: &ObjectRecord) -> Result<Look, StorageError> {
        let key = &object.object_key;
        // Nothing staged, and yet the object may be there: where the database came back from a backup that is older than it.
        if let Some(staged) = self.storage.head(&object.staging_key).await? {
            if staged.size != row.size {
                return Ok(Look::Wrong(wrong_size(row, staged.size)));
            }
            match self.storage.copy(&object.staging_key, &staged.etag, key, &row.mime_type).await {
                Err(StorageError::Missing(_)) => return Ok(Look::Nothing),
                other => other?,
            }
        }
        let Some(copy) = self.storage.head(key).await? else { return Ok(Look::Nothing) };
        if copy.size != row.size {
            return Ok(Look::Wrong(wrong_size(row, copy.size)));
        }
        let head = if row.size == 0 { Default::default() } else { self.storage.first_bytes(key).await? };
        let checked = MediaType::named(&row.mime_type).ok_or(Mismatch::Unknown).and_then(|media| media.check(&head));
        if let Err(mismatch) = checked {
            return Ok(Look::Wrong(FieldError::new("/mimeType", "wrong_type", mismatch.to_string())));
        }
        // Read here, whatever checksum the storage claims: of what came in parts it has none.
        if let Some(expected) = &row.sha256
            && self.storage.sha256(key).await? != *expected
        {
            let detail = "the bytes have another SHA-256 than was announced";
            return Ok(Look::Wrong(FieldError::new("/sha256", "wrong_checksum", detail)));
        }
        Ok(Look::Right { etag: copy.etag })
    }
}

fn wrong_size(row: &AssetRecord, found: i64) -> FieldError {
    FieldError::new("/size", "wrong_size", format!("{} bytes were announced, {found} are there", row.size))
}

pub(super) fn not_uploaded() -> ApiError {
    let detail = "nothing was uploaded for this file: ask for a link, send the bytes there, and register it then";
    ApiError::invalid(vec![FieldError::new("/id", "not_uploaded", detail)])
}
