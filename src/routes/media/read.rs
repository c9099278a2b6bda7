//! Lists, reads and deletes media assets.

use actix_web::{HttpResponse, delete, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::types::{MediaAsset, MediaPage};
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Path, Query};
use crate::json::{PageCursor, PageLimit};
use crate::kinds::assets;
use crate::models::asset::{self, AssetFilter, AssetStatus};
use crate::routes::assets::read::{next_cursor, redirect};
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListMediaQuery {
    /// The maximal number of items: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

/// List completed assets, most recently changed first.
#[utoipa::path(tag = "media", params(ListMediaQuery), responses((status = 200, description = "A page of assets.", body = MediaPage)))]
#[get("/api/media/assets")]
pub async fn list_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListMediaQuery>,
) -> Result<web::Json<MediaPage>, ApiError> {
    let only = AssetFilter { status: Some(AssetStatus::Completed), project_id: None };
    let owner = &caller.owner;
    let mut rows =
        user_tx::read(&state.db, owner, async |reader| Ok(asset::list(reader, only, query.cursor, query.limit).await?))
            .await?;
    let next_cursor = next_cursor(&mut rows, query.limit);
    let mut links = state.files.links_to(&caller.owner, &rows).await?;
    let items = rows.iter().filter_map(|row| Some(MediaAsset::new(&caller.owner, row, links.remove(&row.id)?.url)));
    Ok(web::Json(MediaPage { items: items.collect(), next_cursor }))
}

/// Read a completed asset, with a link to its bytes.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 200, description = "The asset.", body = MediaAsset)))]
#[get("/api/media/assets/{id}")]
pub async fn get_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<MediaAsset>, ApiError> {
    let owner = &caller.owner;
    let row = user_tx::read(&state.db, owner, async |reader| Ok(asset::find(reader, id).await?)).await?;
    let row = row.ok_or_else(ApiError::not_found)?;
    let link = state.files.download_link(owner, &row).await?;
    Ok(web::Json(MediaAsset::new(&caller.owner, &row, link.url)))
}

/// Delete an asset.
///
/// The bytes are removed within minutes. A repeated delete is no error.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/media/assets/{id}")]
pub async fn delete_media(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    assets::delete(&state.writer, &state.kinds, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Redirect to an asset's bytes.
///
/// This URL does not expire, for `img` elements and the like. Every request is redirected to a new link.
#[utoipa::path(tag = "media", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 302, description = "`Location` is a new link.", headers(("Location" = String, description = "The link.")))))]
#[get("/api/media/assets/{id}/content")]
pub async fn get_media_content(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    redirect(&state, &caller.owner, id).await
}
