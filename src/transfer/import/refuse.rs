//! The documents of which nothing is imported.

use super::read_document::ReadDocument;
use super::report::ImportNote;
use crate::error::{ApiError, ErrorCode, FieldError};

/// The most errors in a refusal.
const MAX_ERRORS: usize = 50;

fn fields(notes: Vec<ImportNote>) -> Vec<FieldError> {
    let field =
        |note: ImportNote| FieldError { pointer: note.pointer.into(), code: note.code.into(), detail: note.detail };
    notes.into_iter().take(MAX_ERRORS).map(field).collect()
}

/// The refusal of a strict import. Unencrypted secrets have a code of their own.
pub fn invalid(has_secrets: bool, notes: Vec<ImportNote>) -> ApiError {
    let errors = fields(notes);
    match has_secrets {
        true => ApiError::new(
            ErrorCode::SecretInClear,
            "Secrets are sealed on the device or stay there: take them out of the document, or leave their collection out by `include`. Nothing was stored.",
        )
        .with_errors(errors),
        false => ApiError::invalid(errors),
    }
}

/// The refusal of a document without a member that the server knows.
pub fn unknown(document: &ReadDocument) -> ApiError {
    let mut errors = fields(document.notes.warnings.clone().into_list());
    if errors.is_empty() {
        errors.push(FieldError::new("", "unknown_section", "has no collection of this server"));
    }
    let detail = "The document has no collection that this server knows. Nothing was stored; `GET /api/export` shows the form of a document.";
    ApiError { detail: detail.to_owned(), ..ApiError::invalid(errors) }
}

/// Refuses `replace` for a document with a single conversation or project, which does not list the other rows.
///
/// # Errors
/// `validation_failed`.
pub fn require_whole(document: &ReadDocument) -> Result<(), ApiError> {
    if !document.is_part {
        return Ok(());
    }
    let detail = "a single conversation or project can be merged only";
    Err(ApiError::invalid(vec![FieldError::new("/query/mode", "invalid_value", detail)]))
}
