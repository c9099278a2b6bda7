//! The form of an upload through the server, and what it says about the file.

use uuid::Uuid;

use crate::error::{ApiError, ErrorCode};
use crate::json::FileType;
use crate::storage::Declared;

/// The form fields beside the file. The declared type and media type are checked against the bytes.
#[derive(Debug, Default, Clone)]
pub struct MediaForm {
    /// Chosen by the device, so that a repeated upload makes no second asset.
    pub id: Option<Uuid>,
    pub file_name: Option<String>,
    pub file_type: Option<FileType>,
    pub mime_type: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
}

/// The headers of the file's part. The form fields take precedence.
#[derive(Debug, Default, Clone)]
pub struct MediaPart {
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    /// The most bytes of the file, by the length of the request, where it says one.
    pub max_bytes: Option<i64>,
}

impl MediaForm {
    /// The name of the field or of the part. Browsers send an empty name for a file without one.
    pub(super) fn file_name(&self, part: &MediaPart) -> String {
        let given = self.file_name.as_deref().or(part.file_name.as_deref()).filter(|name| !name.is_empty());
        given.unwrap_or("file").to_owned()
    }

    /// The type of the field, or of the part where the field has none or is `application/octet-stream`.
    ///
    /// # Errors
    /// `invalid_media` for a type that is not allowed, and for a file with neither type nor name.
    pub(super) fn declared_type(&self, part: &MediaPart, file_name: &str) -> Result<Declared, ApiError> {
        let of = |name: &str| Declared::new(name, file_name).map_err(|unsupported| invalid(sentence(&unsupported)));
        let by_field = self.mime_type.as_deref().map(of).transpose()?;
        match (by_field, part.media_type.as_deref()) {
            (Some(declared @ Declared::Type(_)), _) => Ok(declared),
            (_, Some(name)) => of(name),
            (Some(declared), None) => Ok(declared),
            (None, None) if part.file_name.is_none() && self.file_name.is_none() => {
                Err(invalid("The file has neither a type nor a name."))
            }
            (None, None) => of(""),
        }
    }
}

/// A fragment as a sentence.
pub(super) fn sentence(fragment: &impl std::fmt::Display) -> String {
    let text = fragment.to_string();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

pub(super) fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidMedia, detail)
}
