//! The error of a document that is no JSON.

use std::fmt;

use crate::error::{ApiError, ErrorCode, FieldError};

/// `malformed_json` at `pointer`.
pub fn malformed(pointer: String, what: impl fmt::Display) -> ApiError {
    let field = FieldError::new(pointer, "malformed_json", what.to_string());
    ApiError::new(ErrorCode::MalformedJson, format!("The document is no JSON: {what}.")).with_errors(vec![field])
}
