//! Reads `multipart/form-data` field by field. The fields beside the file are small, and the file is passed on as it arrives.

use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use futures_util::TryStreamExt as _;

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::check::ValidationErrors;
use crate::json::pointer;
use crate::routes::assets::requests::{file_name, pixels};
use crate::uploads::{MediaForm, MediaPart};

/// The longest wait between two chunks of a body.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_FIELD_BYTES: usize = 4096;
/// More fields than the form has, so that repeated fields are refused.
const MAX_FIELDS: usize = 16;

pub struct FormReader {
    multipart: Multipart,
    fields: usize,
    pub form: MediaForm,
}

impl FormReader {
    pub fn new(multipart: Multipart) -> Self {
        Self { multipart, fields: 0, form: MediaForm::default() }
    }

    /// Reads fields up to the file. `None` at the end of the form.
    ///
    /// # Errors
    /// `invalid_media` for a malformed form, `validation_failed` for a field's value.
    pub async fn next_file(&mut self) -> Result<Option<Field>, ApiError> {
        loop {
            let next = tokio::time::timeout(CHUNK_TIMEOUT, self.multipart.try_next()).await;
            let Some(field) = next.map_err(|_| stalled())?.map_err(broken)? else { return Ok(None) };
            self.fields += 1;
            if self.fields > MAX_FIELDS {
                return Err(ApiError::new(ErrorCode::InvalidMedia, "The form has too many fields."));
            }
            if field.name() == Some("file") {
                return Ok(Some(field));
            }
            self.take(field).await?;
        }
    }

    async fn take(&mut self, mut field: Field) -> Result<(), ApiError> {
        let name = field.name().unwrap_or_default().to_owned();
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
                file_name(&mut errors, &text);
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
/// `bad_request` for an incomplete body.
pub async fn next_piece(field: &mut Field) -> Result<Option<bytes::Bytes>, ApiError> {
    tokio::time::timeout(CHUNK_TIMEOUT, field.try_next()).await.map_err(|_| stalled())?.map_err(broken)
}

/// The headers of the file's part. A file name that a row can't hold is ignored.
pub fn describe(field: &Field) -> MediaPart {
    let given = field.content_disposition().and_then(|disposition| disposition.get_filename());
    let fine = |name: &&str| {
        let mut errors = ValidationErrors::default();
        file_name(&mut errors, name);
        errors.into_result().is_ok()
    };
    MediaPart {
        file_name: given.filter(fine).map(str::to_owned),
        media_type: field.content_type().map(|kind| kind.essence_str().to_owned()),
    }
}

fn number(errors: &mut ValidationErrors, member: &'static str, text: &str) -> Result<i32, ApiError> {
    let value = text.parse().map_err(|_| invalid(member, "invalid_value", "must be a number"))?;
    pixels(errors, member, Some(value));
    Ok(value)
}

fn invalid(name: &str, code: &'static str, detail: &'static str) -> ApiError {
    ApiError::invalid(vec![FieldError::new(pointer::join("", name), code, detail)])
}

fn stalled() -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "Nothing arrived for 30 s. Nothing was stored.")
}

fn broken(error: MultipartError) -> ApiError {
    use MultipartError::{BoundaryMissing, ContentTypeIncompatible, ContentTypeMissing, ContentTypeParse};
    match error {
        BoundaryMissing | ContentTypeIncompatible | ContentTypeMissing | ContentTypeParse => {
            ApiError::new(ErrorCode::UnsupportedMediaType, "Send a multipart/form-data body.").caused_by(error)
        }
        error => ApiError::new(ErrorCode::InvalidMedia, "The form is broken or did not arrive whole.").caused_by(error),
    }
}
