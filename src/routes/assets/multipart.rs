//! Large files in parts, each by a link of its own.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::requests::AssetRequest;
use super::types::Asset;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::{ApiError, FieldError};
use crate::files::{PartsUnderWay, UploadPart};
use crate::routes::http::{OptionalJson, Path, Problem};
use crate::wire::check::Report;
use crate::wire::{Check, Timestamp};

/// The file, unless it was announced before.
#[derive(Debug, Default)]
pub struct MultipartRequest(Option<AssetRequest>);

impl<'de> Deserialize<'de> for MultipartRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AssetRequest::deserialize(deserializer).map(|asset| Self(Some(asset)))
    }
}

impl Check for MultipartRequest {
    fn check(&self, report: &mut Report) {
        if let Some(asset) = &self.0 {
            asset.check(report);
        }
    }
}

/// One part. Send those that have a link; what has none has arrived.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MultipartPart {
    /// From 1.
    #[schema(minimum = 1)]
    part_number: i32,
    /// The part must have exactly this many bytes.
    size: i64,
    arrived: bool,
    /// Where to PUT it; null where it has arrived.
    #[schema(required = true)]
    url: Option<String>,
    #[schema(required = true)]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Multipart {
    upload_id: String,
    /// Bytes of every part but the last.
    part_size: i64,
    parts: Vec<MultipartPart>,
}

impl From<PartsUnderWay> for Multipart {
    fn from(under_way: PartsUnderWay) -> Self {
        let part = |part: UploadPart| MultipartPart {
            part_number: part.number,
            size: part.size,
            arrived: part.link.is_none(),
            expires_at: part.link.as_ref().map(|link| link.expires_at),
            url: part.link.map(|link| link.url),
        };
        let PartsUnderWay { upload_id, part_size, parts } = under_way;
        Self { upload_id, part_size, parts: parts.into_iter().map(part).collect() }
    }
}

/// Begin an upload in parts, or go on with it.
///
/// The file is described in the body unless it was announced before. The same call again, from whichever tab or day, answers the same upload and which parts
/// are missing.
#[utoipa::path(tag = "assets", extensions(("x-rate-limit" = json!("presign"))), params(("id" = Uuid, Path, description = "The file.")),
    request_body(content = Option<AssetRequest>, description = "The file; may be left out where it was announced before."),
    responses(
        (status = 200, description = "The upload, with links for the missing parts.", body = Multipart),
        (status = 409, description = "`already_uploaded`, `asset_deleted`, or `id_conflict`.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`quota_exceeded`: with `used` and `allowed`. `payload_too_large`: the file is larger than may be.", body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/assets/{id}/multipart")]
pub async fn begin_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    OptionalJson(MultipartRequest(file)): OptionalJson<MultipartRequest>,
) -> Result<web::Json<Multipart>, ApiError> {
    if let Some(file) = &file {
        file.require_size(state.files.config.max_asset_bytes, "")?;
        if file.id != id {
            let error = FieldError::new("/id", "invalid_value", "is not the id of the address");
            return Err(ApiError::invalid(vec![error]));
        }
    }
    let file = file.map(|file| file.into_asset(&caller.owner));
    Ok(web::Json(state.files.begin_parts(&caller.owner, id, file).await?.into()))
}

/// See which parts of an upload have arrived.
#[utoipa::path(tag = "assets", extensions(("x-rate-limit" = json!("presign"))), params(("id" = Uuid, Path, description = "The file.")), responses(
    (status = 200, description = "The upload, with fresh links for the missing parts.", body = Multipart),
    (status = 409, description = "`already_uploaded`.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/assets/{id}/multipart")]
pub async fn get_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<Multipart>, ApiError> {
    Ok(web::Json(state.files.parts_under_way(&caller.owner, id).await?.into()))
}

/// Make one file of the parts, and register it.
///
/// The same look at the bytes as for `POST /api/assets`. Again answers the file.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")), responses(
    (status = 201, description = "Complete.", body = Asset),
    (status = 200, description = "It was complete already.", body = Asset),
    (status = 422, description = "`validation_failed`. At `/id` `not_uploaded`: parts are missing. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes are not what was announced; the file has failed.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/assets/{id}/multipart/complete")]
pub async fn complete_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let (row, new) = state.files.join_parts(&caller.owner, id).await?;
    let mut answer = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(Asset::from(&row)))
}

/// Give an upload in parts up.
///
/// The file stays announced and can be uploaded anew. A second time is no error.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The file.")),
    responses((status = 204, description = "The parts are gone.")))]
#[delete("/api/assets/{id}/multipart")]
pub async fn abort_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    state.files.abort_parts(&caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
