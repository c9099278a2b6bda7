//! Reads `multipart/form-data` field by field. The fields beside the file are small, and the file is passed on as it arrives.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, web};
use futures_util::TryStreamExt as _;

use super::disposition::{Disposition, NotUtf8};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::http::body::wire;
use crate::json::check::ValidationErrors;
use crate::json::pointer;
use crate::routes::assets::requests::{file_name as file_name_rule, pixels};
use crate::uploads::{MediaForm, MediaPart};

const MAX_FIELD_BYTES: usize = 4096;
/// More fields than the form has, so that repeated fields are refused.
const MAX_FIELDS: usize = 16;

pub struct FormReader {
    multipart: Multipart,
    /// The length of the request in bytes, where it says one.
    length: Option<i64>,
    fields: usize,
    pub form: MediaForm,
}

/// The file's part of a form.
pub struct FilePart {
    pub field: Field,
    /// The headers of the part.
    pub described: MediaPart,
    /// Why a row can't have the part's file name, which counts where the form has no `fileName`.
    pub name_error: Option<ApiError>,
}

impl FormReader {
    /// # Errors
    /// `unsupported_media_type` where the body is no `multipart/form-data`.
    pub fn new(request: &HttpRequest, payload: web::Payload) -> Result<Self, ApiError> {
        let headers = request.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let content_type = text(CONTENT_TYPE).unwrap_or_default();
        let (kind, parameters) = content_type.split_once(';').unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(no_form());
        }
        // The library refuses a form with a `Content-Disposition` that it can't read, and browsers send names like `ends\`. It leaves the parts of
        // other multipart bodies alone.
        let mixed = HeaderValue::try_from(format!("multipart/mixed;{parameters}")).map_err(|_| no_form())?;
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, mixed)]);
        Ok(Self { multipart: Multipart::new(&headers, payload), length, fields: 0, form: MediaForm::default() })
    }

    /// Reads fields up to the file. `None` at the end of the form.
    ///
    /// # Errors
    /// `invalid_media` for a malformed form, `validation_failed` for a field's value.
    pub async fn next_file(&mut self) -> Result<Option<FilePart>, ApiError> {
        loop {
            let Some(field) = self.multipart.try_next().await.map_err(broken)? else { return Ok(None) };
            self.fields += 1;
            if self.fields > MAX_FIELDS {
                return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has too many fields."));
            }
            let disposition = field.headers().get(CONTENT_DISPOSITION).map(HeaderValue::as_bytes);
            let disposition = disposition.and_then(Disposition::parse).ok_or_else(no_name)?;
            let name = disposition.name.ok_or_else(no_name)?;
            if name == "file" {
                return Ok(Some(self.file_part(field, disposition.file_name)));
            }
            self.take(field, name).await?;
        }
    }

    fn file_part(&self, field: Field, file_name: Option<Result<String, NotUtf8>>) -> FilePart {
        let name_error = match &file_name {
            Some(Err(NotUtf8)) => Some(invalid("fileName", "invalid_value", "is no UTF-8")),
            Some(Ok(name)) if !name.is_empty() => {
                let mut errors = ValidationErrors::default();
                file_name_rule(&mut errors, name);
                errors.into_result().err()
            }
            _ => None,
        };
        let media_type = field.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let described = MediaPart { file_name: file_name.and_then(Result::ok), media_type, max_bytes: self.length };
        FilePart { field, described, name_error }
    }

    async fn take(&mut self, mut field: Field, name: String) -> Result<(), ApiError> {
        let mut bytes = Vec::new();
        while let Some(piece) = next_piece(&mut field).await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MAX_FIELD_BYTES {
                return Err(invalid(&name, "too_long", "is too long"));
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| invalid(&name, "invalid_value", "is no UTF-8"))?;
        let form = &mut self.form;
        let mut errors = ValidationErrors::default();
        match name.as_str() {
            "id" => form.id = Some(text.parse().map_err(|_| invalid("id", "invalid_value", "must be a UUID"))?),
            "fileName" => {
                file_name_rule(&mut errors, &text);
                form.file_name = Some(text);
            }
            "fileType" => {
                let known = text.parse().map_err(|_| invalid("fileType", "invalid_value", "is no type of file"))?;
                form.file_type = Some(known);
            }
            "mimeType" => form.mime_type = Some(text),
            "width" => form.width = Some(number(&mut errors, "width", &text)?),
            "height" => form.height = Some(number(&mut errors, "height", &text)?),
            _ => return Err(invalid(&name, "unknown_member", "is no field of this form")),
        }
        errors.into_result()
    }
}

/// The next chunk of a field. `None` at its end.
///
/// # Errors
/// `bad_request` for an incomplete body, `timeout` for one that is too slow.
pub async fn next_piece(field: &mut Field) -> Result<Option<bytes::Bytes>, ApiError> {
    field.try_next().await.map_err(broken)
}

fn number(errors: &mut ValidationErrors, member: &'static str, text: &str) -> Result<i32, ApiError> {
    let value = text.parse().map_err(|_| invalid(member, "invalid_value", "must be a number"))?;
    pixels(errors, member, Some(value));
    Ok(value)
}

fn invalid(name: &str, code: &'static str, detail: &'static str) -> ApiError {
    ApiError::invalid(vec![FieldError::new(pointer::join("", name), code, detail)])
}

fn no_form() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, "Send a multipart/form-data body.")
}

fn no_name() -> ApiError {
    ApiError::new(ErrorCode::InvalidMedia, "A part of the form has no name.")
}

fn broken(error: MultipartError) -> ApiError {
    use MultipartError::{BoundaryMissing, ContentTypeIncompatible, ContentTypeMissing, ContentTypeParse};
    match error {
        BoundaryMissing | ContentTypeIncompatible | ContentTypeMissing | ContentTypeParse => no_form().caused_by(error),
        MultipartError::Payload(error @ (PayloadError::Io(_) | PayloadError::Incomplete(_))) => wire::explain(error),
        error => ApiError::new(ErrorCode::InvalidMedia, "The form is broken or did not arrive whole.").caused_by(error),
    }
}
