//! Signs links for uploading and downloading. A signature is computed here, without a request to the storage.

use std::collections::HashMap;

use chrono::Utc;
use uuid::Uuid;

use super::{Files, new_asset};
use crate::db::OwnerId;
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::kinds::assets::{self, NewAsset};
use crate::models::asset::{self, AssetRecord, AssetStatus, ObjectRecord};
use crate::storage::{MediaType, keys};
use crate::sync::user_tx;

/// A signed link and the time at which it expires.
#[derive(Debug)]
pub struct Link {
    pub url: String,
    pub expires_at: Timestamp,
}

/// A link for uploading, and the headers that the upload request must carry.
#[derive(Debug)]
pub struct UploadLink {
    pub link: Link,
    pub headers: Vec<(String, String)>,
}

impl Files {
    pub(super) fn expires_at(&self) -> Timestamp {
        Timestamp(Utc::now() + self.config.link_ttl)
    }

    /// Registers uploads and signs a link for each, in the order of `files`. A file that can't be uploaded has its error in place of a link.
    ///
    /// # Errors
    /// The error of the transaction, or of the signature.
    pub async fn upload_links(
        &self,
        owner: &OwnerId,
        files: Vec<NewAsset>,
    ) -> Result<Vec<Result<UploadLink, ApiError>>, ApiError> {
        let registered =
            assets::register_upload(&self.writer, owner, self.config.quota, files, self.config.link_ttl).await?;
        let mut links = Vec::with_capacity(registered.len());
        for one in registered {
            links.push(match one {
                Ok((row, object)) => Ok(self.upload_link(&row, &object).await?),
                Err(refused) => Err(refused),
            });
        }
        Ok(links)
    }

    async fn upload_link(&self, row: &AssetRecord, object: &ObjectRecord) -> Result<UploadLink, ApiError> {
        let expires_at = self.expires_at();
        let (key, ttl) = (&object.staging_key, self.config.link_ttl);
        let signed = self.storage.upload_link(key, &row.mime_type, row.size, row.sha256.as_deref(), ttl).await?;
        Ok(UploadLink { link: Link { url: signed.url, expires_at }, headers: signed.headers })
    }

    /// Signs new links for registered uploads, in the order of `ids`. An id without an asset has `not_found` in place of a link.
    ///
    /// # Errors
    /// Those of the database and of signing.
    pub async fn upload_links_again(
        &self,
        owner: &OwnerId,
        ids: &[Uuid],
    ) -> Result<Vec<Result<UploadLink, ApiError>>, ApiError> {
        let rows = self.rows(owner, ids).await?;
        let living = |row: &&AssetRecord| row.status != AssetStatus::Deleted;
        let known = ids.iter().map(|id| rows.iter().find(|row| row.id == *id).filter(living));
        let known: Vec<Option<NewAsset>> =
            known.map(|row| row.map(|row| new_asset(owner, row.id, row.content(), row.label()))).collect();
        let mut links = self.upload_links(owner, known.iter().flatten().cloned().collect()).await?.into_iter();
        let missing = || Err(ApiError::not_found());
        Ok(known.iter().map(|one| one.as_ref().and_then(|_| links.next()).unwrap_or_else(missing)).collect())
    }

    /// Signs links to read completed files, in the order of `ids`. Every other id has `not_found` in place of a link.
    ///
    /// # Errors
    /// Those of the database and of signing.
    pub async fn download_links(&self, owner: &OwnerId, ids: &[Uuid]) -> Result<Vec<Result<Link, ApiError>>, ApiError> {
        let rows = self.rows(owner, ids).await?;
        let mut links = self.links_to(owner, &rows).await?;
        Ok(ids.iter().map(|id| links.remove(id).ok_or_else(ApiError::not_found)).collect())
    }

    /// Signs a link to read a completed file. The answer of the storage is an attachment of the media type that was checked.
    ///
    /// # Errors
    /// `not_found` where the file is not completed.
    pub async fn download_link(&self, owner: &OwnerId, row: &AssetRecord) -> Result<Link, ApiError> {
        let mut links = self.links_to(owner, std::slice::from_ref(row)).await?;
        links.remove(&row.id).ok_or_else(ApiError::not_found)
    }

    /// Signs links to read those of `rows` that are completed, by asset id.
    ///
    /// # Errors
    /// Those of the database and of signing.
    pub async fn links_to(&self, owner: &OwnerId, rows: &[AssetRecord]) -> Result<HashMap<Uuid, Link>, ApiError> {
        let completed: Vec<&AssetRecord> = rows.iter().filter(|row| row.status == AssetStatus::Completed).collect();
        if completed.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<Uuid> = completed.iter().map(|row| row.id).collect();
        let keys = user_tx::read(&self.db, owner, async |reader| Ok(asset::object_keys(reader, &ids).await?)).await?;
        let keys: HashMap<Uuid, String> = keys.into_iter().collect();
        let mut links = HashMap::new();
        for row in completed {
            let Some(key) = keys.get(&row.id) else { continue };
            let name = MediaType::named(&row.mime_type).map(|media| media.name_of(&row.file_name));
            let disposition = keys::attachment(name.as_deref().unwrap_or(&row.file_name));
            let (ttl, expires_at) = (self.config.link_ttl, self.expires_at());
            let signed = self.storage.download_link(key, &row.mime_type, &disposition, ttl).await?;
            links.insert(row.id, Link { url: signed.url, expires_at });
        }
        Ok(links)
    }

    async fn rows(&self, owner: &OwnerId, ids: &[Uuid]) -> Result<Vec<AssetRecord>, ApiError> {
        user_tx::read(&self.db, owner, async |reader| Ok(asset::load(reader, ids).await?)).await
    }
}
