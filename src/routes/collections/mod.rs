//! `/api/collections/*`: rows of every collection by the same five operations. What a collection is, is declared in `sync::collections`.

pub mod read;
pub mod registry;
mod requests;
pub mod write;

use crate::error::{ApiError, ErrorCode};
use crate::sync::collections::{Definition, MAX_ID_CHARS, Registry};
use crate::wire::check::Report;

fn find(registry: Registry, name: &str) -> Result<&'static Definition, ApiError> {
    registry
        .find(name)
        .ok_or_else(|| ApiError::new(ErrorCode::NotFound, "There is no such collection; /api/collections lists them."))
}

fn checked_id(id: String) -> Result<String, ApiError> {
    let mut report = Report::default();
    report.within("path", |report| report.text("id", &id, 1, MAX_ID_CHARS));
    report.into_result().map(|()| id)
}
