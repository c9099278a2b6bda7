//! Signs links for several assets in one request.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::requests::AssetRequest;
use super::types::SignedRequest;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::problem::Rejected;
use crate::http::{Json, Problem};
use crate::json::check::ValidationErrors;
use crate::json::{Check, Object};
use crate::state::AppState;
use crate::uploads::{Link, UploadLink};

const MAX_FILES: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresignOperation {
    Upload,
    Download,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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

/// A link, or the error of this file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresignedUrl {
    asset_id: Uuid,
    #[serde(flatten)]
    #[schema(inline)]
    request: Option<SignedRequest>,
    /// Why this file has no link: `not_found`, and for uploads `already_uploaded`, `asset_deleted` or `id_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Rejected>,
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
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link.map(download))).collect()
        }
        (Some(ids), _) => {
            let links = files.upload_links_again(owner, &ids).await?;
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link.map(upload))).collect()
        }
        (None, assets) => {
            let assets: Vec<AssetRequest> = assets.into_iter().flatten().map(|Object(asset)| asset).collect();
            for (index, asset) in assets.iter().enumerate() {
                asset.require_size(files.config.max_asset_bytes, &format!("/assets/{index}"))?;
            }
            let ids: Vec<Uuid> = assets.iter().map(|asset| asset.id).collect();
            let assets = assets.into_iter().map(|asset| asset.into_asset(owner)).collect();
            let links = files.upload_links(owner, assets).await?;
            ids.into_iter().zip(links).map(|(id, link)| answer(id, link.map(upload))).collect()
        }
    };
    let url = match urls.as_slice() {
        [one] => one.request.as_ref().map(|request| request.url.clone()),
        _ => None,
    };
    Ok(web::Json(PresignResponse { urls, url }))
}

fn answer(asset_id: Uuid, request: Result<SignedRequest, ApiError>) -> PresignedUrl {
    match request {
        Ok(request) => PresignedUrl { asset_id, request: Some(request), error: None },
        Err(error) => PresignedUrl { asset_id, request: None, error: Some(error.into()) },
    }
}

fn upload(UploadLink { link, headers }: UploadLink) -> SignedRequest {
    let headers = headers.into_iter().collect();
    SignedRequest { url: link.url, method: "PUT", headers, expires_at: link.expires_at }
}

fn download(link: Link) -> SignedRequest {
    SignedRequest { url: link.url, method: "GET", headers: Default::default(), expires_at: link.expires_at }
}
