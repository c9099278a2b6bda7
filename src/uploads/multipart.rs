//! Multipart uploads of large files, which a browser sends to the storage directly. The storage keeps the received parts and the row keeps the
//! upload id, so that an upload continues in another tab, through another server, or on another day.

use futures_util::try_join;
use uuid::Uuid;

use super::register::not_uploaded;
use super::{Files, Link};
use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode};
use crate::kinds::assets::{self, NewAsset};
use crate::models::asset::{self, AssetRecord, AssetStatus, ObjectRecord};
use crate::storage::{Part, StorageError};
use crate::sync::user_tx;

/// The size of a part in bytes. A file of more than [`MAX_PARTS`] such parts has larger parts.
const PART_BYTES: i64 = 8 * 1024 * 1024;
const MAX_PARTS: i64 = 10_000;

/// One part of a file, with a link where the part is missing.
#[derive(Debug)]
pub struct UploadPart {
    /// Counted from 1.
    pub number: i32,
    pub size: i64,
    /// `None` where the part was received.
    pub link: Option<Link>,
}

#[derive(Debug)]
pub struct PartsUnderWay {
    pub upload_id: String,
    pub part_size: i64,
    pub parts: Vec<UploadPart>,
}

impl Files {
    /// Starts a multipart upload, or continues the one that is stored for this asset, if the storage still knows it. With `file` the upload is
    /// registered first.
    ///
    /// # Errors
    /// `not_found`, `already_uploaded`, the errors of registering an upload, or `busy` where the asset changed at the same time.
    pub async fn begin_parts(
        &self,
        owner: &OwnerId,
        id: Uuid,
        file: Option<NewAsset>,
    ) -> Result<PartsUnderWay, ApiError> {
        let (row, object) = match file {
            Some(file) => {
                let registered =
                    assets::register_upload(&self.writer, owner, self.config.quota, vec![file], self.config.link_ttl)
                        .await?;
                registered.into_iter().next().ok_or_else(ApiError::not_found)??
            }
            None => {
                let found = self.find_pending(owner, id).await?;
                assets::renew_links(&self.writer, owner, id, self.config.link_ttl).await?;
                found
            }
        };
        if let Some(under_way) = self.parts_of(&row, &object).await? {
            return Ok(under_way);
        }
        let part_size = PART_BYTES.max(row.size / MAX_PARTS + 1);
        let upload = self.storage.begin_parts(&object.staging_key, &row.mime_type).await?;
        let stored = Some((upload, part_size));
        let object = assets::record_multipart(&self.writer, owner, id, stored, object.upload_id).await?;
        self.parts_of(&row, &object).await?.ok_or_else(|| {
            ApiError::new(
                ErrorCode::Busy,
                "The file was changed or deleted at the same time. Send the same request again.",
            )
        })
    }

    /// The open multipart upload of an asset, with the state of its parts.
    ///
    /// # Errors
    /// `not_found` without an open upload, `already_uploaded` where the asset is completed.
    pub async fn parts_under_way(&self, owner: &OwnerId, id: Uuid) -> Result<PartsUnderWay, ApiError> {
        let (row, object) = self.find_pending(owner, id).await?;
        assets::renew_links(&self.writer, owner, id, self.config.link_ttl).await?;
        self.parts_of(&row, &object).await?.ok_or_else(ApiError::not_found)
    }

    /// Joins the parts to one object and registers the asset. True if the asset was not completed before.
    ///
    /// # Errors
    /// `validation_failed` (`not_uploaded`) where parts are missing, and the errors of registering.
    pub async fn join_parts(&self, owner: &OwnerId, id: Uuid) -> Result<(AssetRecord, bool), ApiError> {
        let (row, object) = self.find_both(owner, id).await?;
        let Some(upload) = object.upload_id.clone().filter(|_| row.status == AssetStatus::Pending) else {
            return self.register(owner, id, row.content(), None).await;
        };
        let is_gone = !self.join(&row, &object, &upload).await?;
        let registered = self.register(owner, id, row.content(), None).await;
        if is_gone && registered.is_err() {
            // The parts are lost. The next upload of this file starts without parts.
            assets::record_multipart(&self.writer, owner, id, None, Some(upload)).await?;
        }
        registered
    }

    /// False where the storage no longer knows the upload: the parts are joined already, by a request whose answer was lost, or they are lost.
    async fn join(&self, row: &AssetRecord, object: &ObjectRecord, upload: &str) -> Result<bool, ApiError> {
        let received = match self.storage.parts(&object.staging_key, upload).await {
            Err(gone) if is_gone(&gone) => return Ok(false),
            other => other?,
        };
        let part_size = object.part_size.unwrap_or(PART_BYTES);
        if !expected_parts(row.size, part_size).eq(received.iter().map(|part| (part.number, part.size))) {
            return Err(not_uploaded());
        }
        match self.storage.join_parts(&object.staging_key, upload, &received).await {
            Ok(_) => Ok(true),
            Err(gone) if is_gone(&gone) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Aborts a multipart upload. The asset stays pending.
    ///
    /// # Errors
    /// `not_found`, `storage_unavailable`, and those of the database.
    pub async fn abort_parts(&self, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
        let (_, object) = self.find_both(owner, id).await?;
        let Some(upload) = object.upload_id else { return Ok(()) };
        self.storage.abort_parts(&object.staging_key, &upload).await?;
        assets::record_multipart(&self.writer, owner, id, None, Some(upload)).await?;
        Ok(())
    }

    /// `None` where the asset has no multipart upload, or the storage no longer knows it.
    async fn parts_of(&self, row: &AssetRecord, object: &ObjectRecord) -> Result<Option<PartsUnderWay>, ApiError> {
        let (Some(upload), Some(part_size)) = (&object.upload_id, object.part_size) else { return Ok(None) };
        let received = match self.storage.parts(&object.staging_key, upload).await {
            Err(gone) if is_gone(&gone) => return Ok(None),
            other => other?,
        };
        let has =
            |number: i32, size: i64| received.iter().any(|part: &Part| part.number == number && part.size == size);
        let mut parts = Vec::new();
        for (number, size) in expected_parts(row.size, part_size) {
            let link = match has(number, size) {
                true => None,
                false => {
                    let expires_at = self.expires_at();
                    let (key, ttl) = (&object.staging_key, self.config.link_ttl);
                    let signed = self.storage.part_link(key, upload, number, size, ttl).await?;
                    Some(Link { url: signed.url, expires_at })
                }
            };
            parts.push(UploadPart { number, size, link });
        }
        Ok(Some(PartsUnderWay { upload_id: upload.clone(), part_size, parts }))
    }

    async fn find_pending(&self, owner: &OwnerId, id: Uuid) -> Result<(AssetRecord, ObjectRecord), ApiError> {
        let (row, object) = self.find_both(owner, id).await?;
        match row.status {
            AssetStatus::Pending => Ok((row, object)),
            AssetStatus::Completed => Err(ApiError::new(
                ErrorCode::AlreadyUploaded,
                "This file is stored and complete: there is nothing to upload.",
            )),
            AssetStatus::Failed | AssetStatus::Deleted => Err(ApiError::not_found()),
        }
    }

    pub(super) async fn find_both(&self, owner: &OwnerId, id: Uuid) -> Result<(AssetRecord, ObjectRecord), ApiError> {
        let (row, object) = user_tx::read(&self.db, owner, async |reader| {
            Ok(try_join!(asset::find(reader, id), asset::find_object(reader, id))?)
        })
        .await?;
        let row = row.filter(|row| row.status != AssetStatus::Deleted).ok_or_else(ApiError::not_found)?;
        Ok((row, object.ok_or_else(ApiError::not_found)?))
    }
}

/// True for the answers about an upload that the storage no longer knows. Some storages deny it.
fn is_gone(error: &StorageError) -> bool {
    matches!(error, StorageError::Missing(_) | StorageError::Denied(_))
}

/// The numbers and sizes in bytes of all parts of a file of `size` bytes.
fn expected_parts(size: i64, part_size: i64) -> impl Iterator<Item = (i32, i64)> {
    let count = ((size + part_size - 1) / part_size).max(1);
    (1..=count)
        .map(move |number| (number as i32, if number < count { part_size } else { size - part_size * (count - 1) }))
}

#[cfg(test)]
mod tests {
    use super::expected_parts;

    #[test]
    fn part_sizes_add_up_to_the_file_size() {
        let parts = |size| expected_parts(size, 8).collect::<Vec<_>>();
        assert_eq!(parts(0), [(1, 0)]);
        assert_eq!(parts(8), [(1, 8)]);
        assert_eq!(parts(17), [(1, 8), (2, 8), (3, 1)]);
    }
}
