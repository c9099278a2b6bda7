//! Signs links for several assets in one request.

use std::collections::BTreeMap;

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::requests::AssetRequest;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::problem::Rejected;
use crate::http::{Json, Problem};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, Object, Timestamp};
use crate::state::AppState;
use crate::uploads::{Link, UploadLink};

const MAX_FILES: usize = DataLimits::PRESIGN_FILES;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresignOperation {
    Upload,
    Download,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "operation": "upload", "assets": [{ "id": "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69", "fileName": "harbour.png", "mimeType": "image/png", "size": 48213 }] }))]
pub struct PresignRequest {
    operation: PresignOperation,
    /// Ids of existing assets, for downloads and for registered uploads. 100 at most.
    #[schema(max_items = 100)]
    asset_ids: Option<Vec<Uuid>>,
    /// Files to upload. The request registers them. 100 at most.
    #[schema(value_type = Option<Vec<AssetRequest>>, max_items = 100)]
    assets: Option<Vec<Object<AssetRequest>>>,
}

impl Check for PresignRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        let count = |member: &str, count: usize, errors: &mut ValidationErrors| {
            if !(1..=MAX_FILES).contains(&count) {
                errors.add(member, "invalid_length", format!("must name 1 to {MAX_FILES} files"));
            }
        };
        match (&self.asset_ids, &self.assets) {
            (Some(ids), None) => count("assetIds", ids.len(), errors),
            (None, Some(_)) if self.operation == PresignOperation::Download => {
                errors.add("assets", "invalid_value", "is for uploads; name files to download in assetIds");
            }
            (None, Some(assets)) => {
                count("assets", assets.len(), errors);
                for (index, Object(asset)) in assets.iter().enumerate() {
                    errors.within(format_args!("assets/{index}"), |errors| asset.check(errors));
                    if assets[..index].iter().any(|Object(other)| other.id == asset.id) {
                        errors.within(format_args!("assets/{index}"), |errors| {
                            errors.add("id", "duplicate_id", "stands for another file of this request too");
                        });
                    }
                }
            }
            (Some(_), Some(_)) => errors.add("assets", "invalid_value", "must not stand beside assetIds"),
            (None, None) => {
                errors.add("assetIds", "missing_member", "name files in assetIds, or describe them in assets")
            }
        }
    }
}

/// A link, or the error of this file. Only an error has the member `error`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum PresignedUrl {
    Link(PresignedLink),
    Refused(PresignRefusal),
}

/// The signed request for a file. Its bearer may send it until it expires.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignedLink {
    asset_id: Uuid,
    url: String,
    #[schema(example = "PUT")]
    method: &'static str,
    /// The headers that the request must carry unchanged. Its body must have the registered length.
    headers: BTreeMap<String, String>,
    expires_at: Timestamp,
}

/// Why a file has no link.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignRefusal {
    asset_id: Uuid,
    /// Its code is `not_found`, and for uploads `already_uploaded`, `asset_deleted` or `id_conflict`.
    error: Rejected,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignResponse {
    /// In the order of the request.
    urls: Vec<PresignedUrl>,
    /// The link, if one file was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// Get links for uploads or downloads.
///
/// Media type, length and checksum are part of an upload's signature: the storage accepts exactly this file. Send the bytes to the link, then
/// register the asset (`POST /api/assets`). Links expire after an hour at most. A file that can't have a link has an `error` in its place and does
/// not affect the others.
#[utoipa::path(tag = "assets", extensions(("x-rate-limit" = json!("presign"))), responses(
    (status = 200, description = "A link or an error for each file.", body = PresignResponse),
    (status = 413, description = "`quota_exceeded`: with `used` and `allowed`. `payload_too_large`: a file exceeds the maximal size. Nothing was registered.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/assets/presign")]
pub async fn presign_assets(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<PresignRequest>,
) -> Result<web::Json<PresignResponse>, ApiError> {
    let (files, owner) = (&state.files, &caller.owner);
    let urls: Vec<PresignedUrl> = match (body.asset_ids, body.assets) {
        (Some(ids), _) if body.operation == PresignOperation::Download => {
            let links = files.download_links(owner, &ids).await?;
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link, download)).collect()
        }
        (Some(ids), _) => {
            let links = files.upload_links_again(owner, &ids).await?;
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link, upload)).collect()
        }
        (None, assets) => {
            let assets: Vec<AssetRequest> = assets.into_iter().flatten().map(|Object(asset)| asset).collect();
            for (index, asset) in assets.iter().enumerate() {
                asset.require_size(&files.config, &format!("/assets/{index}"))?;
            }
            let ids: Vec<Uuid> = assets.iter().map(|asset| asset.id).collect();
            let assets = assets.into_iter().map(|asset| asset.into_asset(owner)).collect();
            let links = files.upload_links(owner, assets).await?;
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link, upload)).collect()
        }
    };
    let url = match urls.as_slice() {
        [PresignedUrl::Link(link)] => Some(link.url.clone()),
        _ => None,
    };
    Ok(web::Json(PresignResponse { urls, url }))
}

fn answer<L>(
    asset_id: Uuid,
    link: Result<L, ApiError>,
    to_link: impl FnOnce(Uuid, L) -> PresignedLink,
) -> PresignedUrl {
    match link {
        Ok(link) => PresignedUrl::Link(to_link(asset_id, link)),
        Err(error) => PresignedUrl::Refused(PresignRefusal { asset_id, error: error.into() }),
    }
}

fn upload(asset_id: Uuid, UploadLink { link, headers }: UploadLink) -> PresignedLink {
    let headers = headers.into_iter().collect();
    PresignedLink { asset_id, url: link.url, method: "PUT", headers, expires_at: link.expires_at }
}

fn download(asset_id: Uuid, link: Link) -> PresignedLink {
    let headers = BTreeMap::new();
    PresignedLink { asset_id, url: link.url, method: "GET", headers, expires_at: link.expires_at }
}
