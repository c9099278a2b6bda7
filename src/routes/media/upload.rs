//! Uploading a file through the server.

use actix_multipart::Multipart;
use actix_web::http::header::CONTENT_ENCODING;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::form::{FormReader, describe, next_piece};
use super::types::{MediaAsset, MediaUploadForm};
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::{ApiError, ErrorCode};
use crate::files::{MediaPart, MediaUpload};
use crate::routes::http::Problem;

/// Upload a file through the server.
///
/// It goes on to the storage as it arrives and is refused where it becomes too much for its type, or shows to be of another type than declared. A broken
/// upload leaves nothing behind. With an `id`, a repeat answers the file that is stored.
#[utoipa::path(tag = "media", extensions(("x-rate-limit" = json!("upload"))), request_body(content = MediaUploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "Stored.", body = MediaAsset),
    (status = 200, description = "A file with this id is stored already; this is it.", body = MediaAsset),
    (status = 400, description = "`invalid_media`: a type that is not taken, bytes of another type, or a broken form. `bad_request`: the body did not arrive.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`asset_deleted` or `id_conflict`: the id was used before.", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "`payload_too_large` for its type, or `quota_exceeded` with `used` and `allowed`.", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`unsupported_media_type`: the body is no multipart/form-data, or is compressed.", body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "`upload_failed`: the object storage refused.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/media/assets")]
pub async fn upload_media(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if request.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(ApiError::new(ErrorCode::UnsupportedMediaType, "Send the form without a content-encoding."));
    }
    let mut reader = FormReader::new(Multipart::new(request.headers(), payload));
    let mut stored: Option<(MediaUpload, MediaPart)> = None;
    while let Some(mut field) = reader.next_file().await? {
        if stored.is_some() {
            return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has more than one file."));
        }
        let part = describe(&field);
        let mut upload = MediaUpload::begin(&state.files, &caller.owner, &reader.form, &part).await?;
        while let Some(piece) = next_piece(&mut field).await? {
            upload.write(piece).await?;
        }
        stored = Some((upload, part));
    }
    let Some((upload, part)) = stored else {
        return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has no file."));
    };
    let (row, new) = upload.finish(reader.form, part).await?;
    let link = state.files.download_link(&caller.owner, &row).await?;
    let mut answer = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(MediaAsset::new(&caller.owner, &row, link.url)))
}
