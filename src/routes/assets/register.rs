//! Saying that a file was uploaded.

use actix_web::{HttpResponse, post, web};

use super::requests::AssetRequest;
use super::types::Asset;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::routes::http::{Json, Problem};

/// Register a file that was uploaded by a link.
///
/// The server looks at the object before the file is complete: its size, its first bytes, and all of them where a checksum was given. What is registered can't
/// be changed by the same link any more. Registering again answers the file.
#[utoipa::path(tag = "assets", responses(
    (status = 201, description = "Complete.", body = Asset),
    (status = 200, description = "It was complete already.", body = Asset),
    (status = 404, description = "`not_found`: no such file was announced.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`asset_deleted`, or `id_conflict`: this is not the file that was announced under the id.", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`validation_failed`. At `/id` `not_uploaded`: nothing arrived yet. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes are not what was announced; the file has failed.", body = Problem, content_type = "application/problem+json"),
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
