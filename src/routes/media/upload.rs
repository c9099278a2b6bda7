//! Uploads of files through the server.

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::form::{FilePart, FormReader, next_piece};
use super::types::{MediaAsset, MediaUploadForm};
use crate::error::{ApiError, ErrorCode};
use crate::http::CurrentUser;
use crate::http::Problem;
use crate::http::body::coding::{Coding, NONE_ACCEPTED};
use crate::http::body::read::share_of;
use crate::state::AppState;
use crate::uploads::{MediaPart, MediaUpload};

/// Upload a file through the server.
///
/// Bytes are passed on to the storage as they arrive. An upload is refused as soon as it exceeds the limit of its type or its bytes are of another
/// type. A broken upload leaves no asset. With an `id`, a repeat answers the stored asset.
#[utoipa::path(tag = "media", extensions(("x-rate-limit" = json!("upload")), ("x-timeout" = json!("stream"))), request_body(content = MediaUploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "Stored.", body = MediaAsset),
    (status = 200, description = "The stored asset with this id.", body = MediaAsset),
    (status = 400, description = "`invalid_media`: a media type that is not allowed, an empty file, bytes of another type, or a malformed form. `bad_request`: the body is incomplete.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`asset_deleted` or `id_conflict`: the id was used before.", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "`payload_too_large` for its type, or `quota_exceeded` with `used` and `allowed`.", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`unsupported_media_type`: the body is not multipart/form-data, or it is compressed.", body = Problem, content_type = "application/problem+json"),
    (status = 502, description = "`upload_failed`: the object storage refused the upload.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/media/assets")]
pub async fn upload_media(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    if Coding::of(request.headers()).ok() != Some(Coding::Plain) {
        let error = ApiError::new(ErrorCode::UnsupportedMediaType, "Send the form without a content-encoding.");
        let mut answer = HttpResponse::from_error(error);
        answer.headers_mut().insert(NONE_ACCEPTED.0, NONE_ACCEPTED.1);
        return Ok(answer);
    }
    let mut reader = FormReader::new(&request, payload)?;
    let mut stored: Option<(MediaUpload, MediaPart, Option<ApiError>)> = None;
    while let Some(part) = reader.next_file().await? {
        let FilePart { mut field, described, name_error } = part;
        if stored.is_some() {
            return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has more than one file."));
        }
        let memory = share_of(&request).await?;
        let mut upload = MediaUpload::begin(&state.files, &caller.owner, &reader.form, &described, memory).await?;
        while let Some(piece) = next_piece(&mut field).await? {
            upload.write(piece).await?;
        }
        stored = Some((upload, described, name_error));
    }
    let Some((upload, part, name_error)) = stored else {
        return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has no file."));
    };
    if let (None, Some(error)) = (&reader.form.file_name, name_error) {
        return Err(error);
    }
    let (row, new) = upload.finish(reader.form, part).await?;
    let link = state.files.download_link(&caller.owner, &row).await?;
    let mut answer = if new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(MediaAsset::new(&caller.owner, &row, link.url)))
}
