//! Reading files: what is known of them, and where their bytes are.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::types::{Asset, AssetPage, DownloadUrl};
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::files::Link;
use crate::models::OwnerId;
use crate::models::asset::{self, AssetFilter, AssetRecord, AssetStatus};
use crate::routes::http::{Path, Query};
use crate::sync::door;
use crate::wire::{PageCursor, PageLimit};

/// Were anything of ours ever shown in place of the file, it could do nothing.
const SANDBOX: &str = "default-src 'none'; sandbox";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListAssetsQuery {
    /// Only files of this project.
    project_id: Option<String>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

/// List files, the last changed first.
#[utoipa::path(tag = "assets", params(ListAssetsQuery), responses((status = 200, description = "A page of files.", body = AssetPage)))]
#[get("/api/assets")]
pub async fn list_assets(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListAssetsQuery>,
) -> Result<web::Json<AssetPage>, ApiError> {
    let project_id = query.project_id.as_deref();
    // PostgreSQL's text holds no NUL, so nothing has such a project.
    if project_id.is_some_and(|id| id.contains('\0')) {
        return Ok(web::Json(AssetPage { items: Vec::new(), next_cursor: None }));
    }
    let owner = &caller.owner;
    let only = AssetFilter { project_id, status: None };
    let mut rows =
        door::read(&state.db, owner, async |conn| Ok(asset::list(conn, owner, only, query.cursor, query.limit).await?))
            .await?;
    let next_cursor = next_cursor(&mut rows, query.limit);
    Ok(web::Json(AssetPage { items: rows.iter().map(Asset::from).collect(), next_cursor }))
}

/// Cuts the lookahead off; where the next page begins, if there is one.
pub fn next_cursor(rows: &mut Vec<AssetRecord>, limit: PageLimit) -> Option<String> {
    let more = limit.cut(rows);
    rows.last().filter(|_| more).map(|last| PageCursor { revision: last.revision, id: last.id }.encode())
}

/// Read what is known of a file.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 200, description = "The file.", body = Asset)))]
#[get("/api/assets/{id}")]
pub async fn get_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<Asset>, ApiError> {
    let owner = &caller.owner;
    let row = door::read(&state.db, owner, async |conn| Ok(asset::find(conn, owner, id).await?)).await?;
    let row = row.filter(|row| row.status != AssetStatus::Deleted).ok_or_else(ApiError::not_found)?;
    Ok(web::Json(Asset::from(&row)))
}

/// Get a link to a file's bytes.
///
/// Only of a file that is complete.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 200, description = "The link.", body = DownloadUrl)))]
#[get("/api/assets/{id}/download-url")]
pub async fn get_download_url(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<DownloadUrl>, ApiError> {
    Ok(web::Json(link(&state, &caller.owner, id).await?.into()))
}

/// Go to a file's bytes.
///
/// An address that does not end, for `img` and its like: it leads to a fresh link every time.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 302, description = "`Location` is a fresh link.", headers(("Location" = String, description = "The link.")))))]
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

/// A file's link; only a complete one has any.
async fn link(state: &AppState, owner: &OwnerId, id: Uuid) -> Result<Link, ApiError> {
    let links = state.files.download_links(owner, &[id]).await?;
    links.into_iter().next().unwrap_or_else(|| Err(ApiError::not_found()))
}
