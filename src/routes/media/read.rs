//! Reading and deleting stored files.

use actix_web::{HttpResponse, delete, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::types::{MediaAsset, MediaPage};
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::models::asset::{self, AssetFilter, AssetStatus};
use crate::routes::assets::read::{next_cursor, redirect};
use crate::routes::http::{Path, Query};
use crate::sync::{assets, door};
use crate::wire::{PageCursor, PageLimit};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListMediaQuery {
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

/// List stored files, the last changed first.
#[utoipa::path(tag = "media", params(ListMediaQuery), responses((status = 200, description = "A page of files.", body = MediaPage)))]
#[get("/api/media/assets")]
pub async fn list_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListMediaQuery>,
) -> Result<web::Json<MediaPage>, ApiError> {
    let only = AssetFilter { status: Some(AssetStatus::Completed), project_id: None };
    let owner = &caller.owner;
    let mut rows =
        door::read(&state.db, owner, async |conn| Ok(asset::list(conn, owner, only, query.cursor, query.limit).await?))
            .await?;
    let next_cursor = next_cursor(&mut rows, query.limit);
    let mut links = state.files.links_to(&caller.owner, &rows).await?;
    let items = rows.iter().filter_map(|row| Some(MediaAsset::new(&caller.owner, row, links.remove(&row.id)?.url)));
    Ok(web::Json(MediaPage { items: items.collect(), next_cursor }))
}

/// Read what is known of a stored file, with a link to it.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 200, description = "The file.", body = MediaAsset)))]
#[get("/api/media/assets/{id}")]
pub async fn get_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<MediaAsset>, ApiError> {
    let owner = &caller.owner;
    let row = door::read(&state.db, owner, async |conn| Ok(asset::find(conn, owner, id).await?)).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    let link = state.files.download_link(owner, &row).await?;
    Ok(web::Json(MediaAsset::new(&caller.owner, &row, link.url)))
}

/// Delete a stored file.
///
/// Its bytes are removed soon after. A second time is no error.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/media/assets/{id}")]
pub async fn delete_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    assets::delete(&state.spaces, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Go to a stored file's bytes.
///
/// An address that does not end, for `img` and its like: it leads to a fresh link every time.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 302, description = "`Location` is a fresh link.", headers(("Location" = String, description = "The link.")))))]
#[get("/api/media/assets/{id}/content")]
pub async fn get_media_content(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    redirect(&state, &caller.owner, id).await
}
