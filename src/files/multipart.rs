//! Large files in parts that a browser sends straight to the storage. The storage keeps what has arrived, the row which upload it is: so a new tab, another
//! server or another day goes on where the last one stopped.

use futures_util::try_join;
use uuid::Uuid;

use super::register::not_uploaded;
use super::{Files, Link};
use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;
use crate::models::asset::{self, AssetRecord, AssetStatus, ObjectRecord};
use crate::storage::{Part, StorageError};
use crate::sync::assets::{self, NewAsset};
use crate::sync::door;

/// Parts are this large, or as large as 10,000 of them need to be.
const PART_BYTES: i64 = 8 * 1024 * 1024;
const MAX_PARTS: i64 = 10_000;

/// One part, and how to send it if it is missing.
#[derive(Debug)]
pub struct UploadPart {
    /// From 1.
    pub number: i32,
    pub size: i64,
    /// `None`: it has arrived.
    pub link: Option<Link>,
}

#[derive(Debug)]
pub struct PartsUnderWay {
    pub upload_id: String,
    pub part_size: i64,
    pub parts: Vec<UploadPart>,
}

impl Files {
    /// Begins an upload in parts, announcing the file if it is given, or goes on with the one that is under way.
    pub async fn begin_parts(
        &self,
        owner: &OwnerId,
        id: Uuid,
        file: Option<NewAsset>,
    ) -> Result<PartsUnderWay, ApiError> {
        let (row, object) = match file {
            Some(file) => {
                let announced = assets::announce(&self.spaces, owner, self.config.quota, vec![file]).await?;
                announced.into_iter().next().ok_or_else(ApiError::not_found)??
            }
            None => self.find_pending(owner, id).await?,
        };
        if let Some(under_way) = self.parts_of(&row, &object).await? {
            return Ok(under_way);
        }
        let part_size = PART_BYTES.max(row.size / MAX_PARTS + 1);
        let upload = self.storage.begin_parts(&object.staging_key, &row.mime_type).await?;
        let noted = Some((upload, part_size));
        let object = assets::note_upload(&self.spaces, owner, id, noted, object.upload_id).await?;
        self.parts_of(&row, &object).await?.ok_or_else(|| {
            ApiError::new(ErrorCode::Busy, "The file was changed or deleted meanwhile. Send the same request again.")
        })
    }

    /// The upload that is under way, and which parts have arrived.
    pub async fn parts_under_way(&self, owner: &OwnerId, id: Uuid) -> Result<PartsUnderWay, ApiError> {
        let (row, object) = self.find_pending(owner, id).await?;
        self.parts_of(&row, &object).await?.ok_or_else(ApiError::not_found)
    }

    /// Makes one file of the parts and registers it; true if it was not complete before.
    pub async fn join_parts(&self, owner: &OwnerId, id: Uuid) -> Result<(AssetRecord, bool), ApiError> {
        let (row, object) = self.find_both(owner, id).await?;
        if row.status == AssetStatus::Pending
            && let Some(upload) = &object.upload_id
        {
            self.join(owner, &row, &object, upload).await?;
        }
        self.register(owner, id, row.content(), None).await
    }

    async fn join(
        &self,
        owner: &OwnerId,
        row: &AssetRecord,
        object: &ObjectRecord,
        upload: &str,
    ) -> Result<(), ApiError> {
        let arrived = match self.storage.parts(&object.staging_key, upload).await {
            // Joined before, by a request whose answer got lost: the look at the object will tell.
            Err(StorageError::Missing(_)) => return Ok(()),
            other => other?,
        };
        let part_size = object.part_size.unwrap_or(PART_BYTES);
        let complete = expected_parts(row.size, part_size).eq(arrived.iter().map(|part| (part.number, part.size)));
        if !complete {
            // It may have been joined before: the embedded storage answers an empty list then.
            return match arrived.is_empty() && self.storage.head(&object.staging_key).await?.is_some() {
                true => Ok(()),
                false => Err(not_uploaded()),
            };
        }
        match self.storage.join_parts(&object.staging_key, upload, &arrived).await {
            Ok(_) | Err(StorageError::Missing(_)) => Ok(()),
            // Parts that are left of an upload which the embedded storage does not know any more: it was killed while it joined them.
            Err(StorageError::Refused(text)) if text.contains("AccessDenied") => {
                assets::note_upload(&self.spaces, owner, row.id, None, Some(upload.to_owned())).await?;
                Err(not_uploaded())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Gives an upload in parts up; the file stays announced.
    pub async fn abort_parts(&self, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
        let (_, object) = self.find_both(owner, id).await?;
        let Some(upload) = object.upload_id else { return Ok(()) };
        self.storage.abort_parts(&object.staging_key, &upload).await?;
        assets::note_upload(&self.spaces, owner, id, None, Some(upload)).await?;
        Ok(())
    }

    /// `None` where there is no upload in parts, or the storage has forgotten it.
    async fn parts_of(&self, row: &AssetRecord, object: &ObjectRecord) -> Result<Option<PartsUnderWay>, ApiError> {
        let (Some(upload), Some(part_size)) = (&object.upload_id, object.part_size) else { return Ok(None) };
        let arrived = match self.storage.parts(&object.staging_key, upload).await {
            Err(StorageError::Missing(_)) => return Ok(None),
            other => other?,
        };
        let has = |number: i32, size: i64| arrived.iter().any(|part: &Part| part.number == number && part.size == size);
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

    async fn find_both(&self, owner: &OwnerId, id: Uuid) -> Result<(AssetRecord, ObjectRecord), ApiError> {
        let (row, object) = door::read(&self.db, owner, async |conn| {
            Ok(try_join!(asset::find(conn, owner, id), asset::find_object(conn, owner, id))?)
        })
        .await?;
        let row = row.filter(|row| row.status != AssetStatus::Deleted).ok_or_else(ApiError::not_found)?;
        Ok((row, object.ok_or_else(ApiError::not_found)?))
    }
}

/// Numbers and sizes of all parts of a file.
fn expected_parts(size: i64, part_size: i64) -> impl Iterator<Item = (i32, i64)> {
    let count = ((size + part_size - 1) / part_size).max(1);
    (1..=count)
        .map(move |number| (number as i32, if number < count { part_size } else { size - part_size * (count - 1) }))
}

#[cfg(test)]
mod tests {
    use super::expected_parts;

    #[test]
    fn parts_make_up_the_file() {
        let parts = |size| expected_parts(size, 8).collect::<Vec<_>>();
        assert_eq!(parts(0), [(1, 0)]);
        assert_eq!(parts(8), [(1, 8)]);
        assert_eq!(parts(17), [(1, 8), (2, 8), (3, 1)]);
    }
}
