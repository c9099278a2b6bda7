//! Registers uploaded assets.

use actix_web::{HttpResponse, post, web};

use super::requests::AssetRequest;
use super::types::Asset;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Json, Problem};
use crate::state::AppState;

/// Register an asset after its bytes were uploaded.
///
/// The server checks the size and the first bytes of the object, and all bytes where `sha256` was given. The upload link can't change a registered
/// asset. A repeat answers the asset.
#[utoipa::path(tag = "assets", extensions(("x-timeout" = json!("stream"))), responses(
    (status = 201, description = "Completed.", body = Asset),
    (status = 200, description = "The asset was completed before.", body = Asset),
    (status = 404, description = "`not_found`: no upload is registered under this id.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`asset_deleted`, or `id_conflict`: another upload is registered under this id.", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`validation_failed`. At `/id` `not_uploaded`: no bytes were uploaded yet. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes differ from the description, and the asset is failed. At `/size` `too_large`: the type of the bytes has a smaller limit than the declared one, and the asset is failed.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/assets")]
pub async fn register_asset(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<AssetRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = body.id;
    let (content, label) = body.into_content();
    let (row, new) = state.files.register(&caller.owner, id, content, Some(label)).await?;
    let mut answer = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(Asset::from(&row)))
}
