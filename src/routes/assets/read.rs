//! Lists and reads assets, and links to their bytes.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::types::{Asset, AssetPage, DownloadUrl};
use crate::db::OwnerId;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Path, Query};
use crate::json::{PageCursor, PageLimit};
use crate::models::asset::{self, AssetFilter, AssetRecord, AssetStatus};
use crate::state::AppState;
use crate::sync::user_tx;
use crate::uploads::Link;

/// The content policy of a redirect. Content that a client displays in its place can't run scripts.
const SANDBOX: &str = "default-src 'none'; sandbox";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListAssetsQuery {
    /// Only assets of this project.
    project_id: Option<String>,
    /// The maximal number of items: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

/// List assets, most recently changed first.
#[utoipa::path(tag = "assets", params(ListAssetsQuery), responses((status = 200, description = "A page of assets.", body = AssetPage)))]
#[get("/api/assets")]
pub async fn list_assets(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListAssetsQuery>,
) -> Result<web::Json<AssetPage>, ApiError> {
    let project_id = query.project_id.as_deref();
    // PostgreSQL's text holds no NUL, so no asset belongs to such a project.
    if project_id.is_some_and(|id| id.contains('\0')) {
        return Ok(web::Json(AssetPage { items: Vec::new(), next_cursor: None }));
    }
    let owner = &caller.owner;
    let only = AssetFilter { project_id, status: None };
    let mut rows =
        user_tx::read(&state.db, owner, async |reader| Ok(asset::list(reader, only, query.cursor, query.limit).await?))
            .await?;
    let next_cursor = next_cursor(&mut rows, query.limit);
    Ok(web::Json(AssetPage { items: rows.iter().map(Asset::from).collect(), next_cursor }))
}

/// Removes the lookahead row. Returns the cursor of the next page, if there is one.
pub fn next_cursor(rows: &mut Vec<AssetRecord>, limit: PageLimit) -> Option<String> {
    let more = limit.cut(rows);
    rows.last().filter(|_| more).map(|last| PageCursor { version: last.version, id: last.id }.encode())
}

/// Read an asset.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 200, description = "The asset.", body = Asset)))]
#[get("/api/assets/{id}")]
pub async fn get_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<Asset>, ApiError> {
    let owner = &caller.owner;
    let row = user_tx::read(&state.db, owner, async |reader| Ok(asset::find(reader, id).await?)).await?;
    let row = row.filter(|row| row.status != AssetStatus::Deleted).ok_or_else(ApiError::not_found)?;
    Ok(web::Json(Asset::from(&row)))
}

/// Get a link to an asset's bytes.
///
/// Answers 404 (`not_found`) until the upload is completed. The link expires at `expiresAt`, an hour at most from now.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 200, description = "The link.", body = DownloadUrl)))]
#[get("/api/assets/{id}/download-url")]
pub async fn get_download_url(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<DownloadUrl>, ApiError> {
    Ok(web::Json(link(&state, &caller.owner, id).await?.into()))
}

/// Redirect to an asset's bytes.
///
/// This URL does not expire, for `img` elements and the like. Every request is redirected to a new link.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 302, description = "`Location` is a new link.", headers(("Location" = String, description = "The link.")))))]
#[get("/api/assets/{id}/content")]
pub async fn get_asset_content(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    redirect(&state, &caller.owner, id).await
}

pub async fn redirect(state: &AppState, owner: &OwnerId, id: Uuid) -> Result<HttpResponse, ApiError> {
    let link = link(state, owner, id).await?;
    Ok(HttpResponse::Found()
        .insert_header((LOCATION, link.url))
        .insert_header((CONTENT_SECURITY_POLICY, SANDBOX))
        .finish())
}

/// A link to the bytes of a completed asset.
///
/// # Errors
/// `not_found` where the asset is not completed.
async fn link(state: &AppState, owner: &OwnerId, id: Uuid) -> Result<Link, ApiError> {
    let links = state.files.download_links(owner, &[id]).await?;
    links.into_iter().next().unwrap_or_else(|| Err(ApiError::not_found()))
}
