//! The outcomes of a change.

use super::wire::Assistant;
use crate::error::{ApiError, ServerCopy};
use crate::models::assistant::AssistantRecord;

/// The row after an accepted change.
#[derive(Debug)]
pub struct Accepted {
    pub row: AssistantRecord,
    pub created: bool,
}

/// The 409 with the stored row.
pub(super) fn conflict(row: Option<AssistantRecord>) -> ApiError {
    ApiError::revision_conflict(ServerCopy::of(row.map(Assistant::from).as_ref()))
}
