//! Changes and deletes assets.

use actix_web::{HttpResponse, delete, patch, web};
use uuid::Uuid;

use super::requests::UpdateAssetRequest;
use super::types::Asset;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Json, Path, Problem};
use crate::kinds::assets;
use crate::state::AppState;

/// Change an asset's name, project or dimensions.
///
/// The bytes stay as they are. The last write wins.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")), responses(
    (status = 200, description = "The changed asset.", body = Asset),
    (status = 409, description = "`asset_deleted`.", body = Problem, content_type = "application/problem+json"),
))]
#[patch("/api/assets/{id}")]
pub async fn update_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    Json(body): Json<UpdateAssetRequest>,
) -> Result<web::Json<Asset>, ApiError> {
    let row = assets::change(&state.writer, &caller.owner, id, body.into_changes()).await?;
    Ok(web::Json(Asset::from(&row)))
}

/// Delete an asset.
///
/// The bytes are removed within minutes. A repeated delete is no error.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/assets/{id}")]
pub async fn delete_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    assets::delete(&state.writer, &state.kinds, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
