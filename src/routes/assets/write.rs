//! Changing and deleting files.

use actix_web::{HttpResponse, delete, patch, web};
use uuid::Uuid;

use super::requests::UpdateAssetRequest;
use super::types::Asset;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::routes::http::{Json, Path, Problem};
use crate::sync::assets;

/// Change what is known of a file.
///
/// The bytes stay; the last write wins.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")), responses(
    (status = 200, description = "The file as it is now.", body = Asset),
    (status = 409, description = "`asset_deleted`.", body = Problem, content_type = "application/problem+json"),
))]
#[patch("/api/assets/{id}")]
pub async fn update_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    Json(body): Json<UpdateAssetRequest>,
) -> Result<web::Json<Asset>, ApiError> {
    let row = assets::change(&state.spaces, &caller.owner, id, body.into_changes()).await?;
    Ok(web::Json(Asset::from(&row)))
}

/// Delete a file.
///
/// Its bytes are removed soon after. A second time is no error.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/assets/{id}")]
pub async fn delete_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    assets::delete(&state.spaces, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
