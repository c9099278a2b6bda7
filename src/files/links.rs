//! Links for uploading and downloading. Making one asks nobody: it is a signature.

use std::collections::HashMap;

use chrono::Utc;
use uuid::Uuid;

use super::{Files, new_asset};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::asset::{self, AssetRecord, AssetStatus, ObjectRecord};
use crate::storage::{MediaType, keys};
use crate::sync::assets::{self, NewAsset};
use crate::sync::door;
use crate::wire::Timestamp;

/// A link and when it ends.
#[derive(Debug)]
pub struct Link {
    pub url: String,
    pub expires_at: Timestamp,
}

/// A link for uploading, and the headers that the request must carry.
#[derive(Debug)]
pub struct UploadLink {
    pub link: Link,
    pub headers: Vec<(String, String)>,
}

impl Files {
    pub(super) fn expires_at(&self) -> Timestamp {
        Timestamp(Utc::now() + self.config.link_ttl)
    }

    /// Announces files and signs a link for each; one that can't be uploaded has an error in its place.
    pub async fn upload_links(
        &self,
        owner: &OwnerId,
        files: Vec<NewAsset>,
    ) -> Result<Vec<Result<UploadLink, ApiError>>, ApiError> {
        let announced = assets::announce(&self.spaces, owner, self.config.quota, files).await?;
        let mut links = Vec::with_capacity(announced.len());
        for one in announced {
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

    /// The same for files that were announced before.
    pub async fn upload_links_again(
        &self,
        owner: &OwnerId,
        ids: &[Uuid],
    ) -> Result<Vec<Result<UploadLink, ApiError>>, ApiError> {
        let rows = self.rows(owner, ids).await?;
        let waiting = |row: &&AssetRecord| row.status != AssetStatus::Deleted;
        let known = ids.iter().map(|id| rows.iter().find(|row| row.id == *id).filter(waiting));
        let known: Vec<Option<NewAsset>> =
            known.map(|row| row.map(|row| new_asset(owner, row.id, row.content(), row.label()))).collect();
        let mut links = self.upload_links(owner, known.iter().flatten().cloned().collect()).await?.into_iter();
        let missing = || Err(ApiError::not_found());
        Ok(known.iter().map(|one| one.as_ref().and_then(|_| links.next()).unwrap_or_else(missing)).collect())
    }

    /// Links to read completed files; anything else is not found.
    pub async fn download_links(&self, owner: &OwnerId, ids: &[Uuid]) -> Result<Vec<Result<Link, ApiError>>, ApiError> {
        let rows = self.rows(owner, ids).await?;
        let mut links = self.links_to(owner, &rows).await?;
        Ok(ids.iter().map(|id| links.remove(id).ok_or_else(ApiError::not_found)).collect())
    }

    /// A link to read a completed file: always as an attachment, under the type that was checked.
    pub async fn download_link(&self, owner: &OwnerId, row: &AssetRecord) -> Result<Link, ApiError> {
        let mut links = self.links_to(owner, std::slice::from_ref(row)).await?;
        links.remove(&row.id).ok_or_else(ApiError::not_found)
    }

    /// The same for those of the rows that are complete, by id.
    pub async fn links_to(&self, owner: &OwnerId, rows: &[AssetRecord]) -> Result<HashMap<Uuid, Link>, ApiError> {
        let completed: Vec<&AssetRecord> = rows.iter().filter(|row| row.status == AssetStatus::Completed).collect();
        if completed.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<Uuid> = completed.iter().map(|row| row.id).collect();
        let keys = door::read(&self.db, owner, async |conn| Ok(asset::object_keys(conn, owner, &ids).await?)).await?;
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
        door::read(&self.db, owner, async |conn| Ok(asset::load(conn, owner, ids).await?)).await
    }
}
