//! The envelope of the market's first client.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode, FieldError};

/// An answer that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    /// True.
    success: bool,
    data: T,
}

/// An answer that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedEnvelope {
    /// False.
    #[schema(example = false)]
    success: bool,
    error: EnvelopeError,
}

/// What was wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnvelopeError {
    /// `VALIDATION_ERROR`, `VERSION_CONFLICT`, or the code of the problem document in upper case.
    #[schema(example = "VERSION_CONFLICT")]
    code: String,
    message: String,
    /// What is wrong with the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<FieldError>,
}

/// The envelope of a result. Errors of the server, of limits and of the body's form stay problem documents.
///
/// # Errors
/// The error itself if it stays a problem document.
pub fn answer<T: Serialize>(result: Result<(StatusCode, T), ApiError>) -> Result<HttpResponse, ApiError> {
    let error = match result {
        Ok((status, data)) => return Ok(HttpResponse::build(status).json(Envelope { success: true, data })),
        Err(error) => error,
    };
    let (status, code) = match error.code {
        ErrorCode::ValidationFailed => (StatusCode::BAD_REQUEST, "VALIDATION_ERROR".to_owned()),
        ErrorCode::MalformedJson | ErrorCode::BadRequest => {
            (StatusCode::BAD_REQUEST, error.code.into_str().to_ascii_uppercase())
        }
        ErrorCode::RevisionConflict => (StatusCode::CONFLICT, "VERSION_CONFLICT".to_owned()),
        ErrorCode::NotFound | ErrorCode::IdConflict => {
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, error.code.into_str().to_ascii_uppercase())
        }
        _ => return Err(error),
    };
    let message = match error.code {
        ErrorCode::RevisionConflict => "Another version is stored. Nothing was changed; read it again.".to_owned(),
        _ => error.full_detail().into_owned(),
    };
    let error = EnvelopeError { code, message, details: error.errors };
    Ok(HttpResponse::build(status).json(RefusedEnvelope { success: false, error }))
}
