//! Multipart uploads of large files, with a link for each part.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::requests::AssetRequest;
use super::types::Asset;
use crate::error::{ApiError, FieldError};
use crate::http::CurrentUser;
use crate::http::{OptionalJson, Path, Problem};
use crate::json::check::ValidationErrors;
use crate::json::{Check, Timestamp};
use crate::state::AppState;
use crate::uploads::{PartsUnderWay, UploadPart};

/// The description of the file. `None` where the upload was registered before.
#[derive(Debug, Default)]
pub struct MultipartRequest(Option<AssetRequest>);

impl<'de> Deserialize<'de> for MultipartRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AssetRequest::deserialize(deserializer).map(|asset| Self(Some(asset)))
    }
}

impl Check for MultipartRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        if let Some(asset) = &self.0 {
            asset.check(errors);
        }
    }
}

/// A part. A part with a `url` is missing, and a part without one was received.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MultipartPart {
    /// Counted from 1.
    #[schema(minimum = 1)]
    part_number: i32,
    /// The exact size of the part in bytes.
    size: i64,
    arrived: bool,
    /// The URL for a PUT of the part. Null where the part was received.
    #[schema(required = true)]
    url: Option<String>,
    #[schema(required = true)]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Multipart {
    upload_id: String,
    /// The size in bytes of every part except the last.
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

/// Start or continue a multipart upload.
///
/// The body describes the file, unless the upload was registered before. A repeat answers the same upload with links for the missing parts, from any
/// device and at any time.
#[utoipa::path(tag = "assets", extensions(("x-rate-limit" = json!("presign"))), params(("id" = Uuid, Path, description = "The asset.")),
    request_body(content = Option<AssetRequest>, description = "The description of the file. Optional where the upload was registered before."),
    responses(
        (status = 200, description = "The upload, with links for the missing parts.", body = Multipart),
        (status = 409, description = "`already_uploaded`, `asset_deleted`, or `id_conflict`.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`quota_exceeded`: with `used` and `allowed`. `payload_too_large`: the file exceeds the maximal size.", body = Problem, content_type = "application/problem+json"),
    ))]
#[post("/api/assets/{id}/multipart")]
pub async fn begin_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    OptionalJson(MultipartRequest(file)): OptionalJson<MultipartRequest>,
) -> Result<web::Json<Multipart>, ApiError> {
    if let Some(file) = &file {
        file.require_size(&state.files.config, "")?;
        if file.id != id {
            let error = FieldError::new("/id", "invalid_value", "is not the id of the address");
            return Err(ApiError::invalid(vec![error]));
        }
    }
    let file = file.map(|file| file.into_asset(&caller.owner));
    Ok(web::Json(state.files.begin_parts(&caller.owner, id, file).await?.into()))
}

/// Read the state of a multipart upload.
#[utoipa::path(tag = "assets", extensions(("x-rate-limit" = json!("presign"))), params(("id" = Uuid, Path, description = "The asset.")), responses(
    (status = 200, description = "The upload, with new links for the missing parts.", body = Multipart),
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

/// Join the parts and register the asset.
///
/// The bytes are checked as by `POST /api/assets`. A repeat answers the asset.
#[utoipa::path(tag = "assets", extensions(("x-timeout" = json!("stream"))), params(("id" = Uuid, Path, description = "The asset.")), responses(
    (status = 201, description = "Completed.", body = Asset),
    (status = 200, description = "The asset was completed before.", body = Asset),
    (status = 422, description = "`validation_failed`. At `/id` `not_uploaded`: parts are missing. `wrong_size`, `wrong_type`, `wrong_checksum`: the bytes differ from the description, and the asset is failed. At `/size` `too_large`: the type of the bytes has a smaller limit than the declared one, and the asset is failed.", body = Problem, content_type = "application/problem+json"),
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

/// Abort a multipart upload.
///
/// The asset stays pending and can be uploaded again. A repeat is no error.
#[utoipa::path(tag = "assets", params(("id" = Uuid, Path, description = "The asset.")),
    responses((status = 204, description = "Aborted.")))]
#[delete("/api/assets/{id}/multipart")]
pub async fn abort_multipart(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    state.files.abort_parts(&caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
