//! `/api/collections/*`: the same five operations for the rows of every collection. `kinds::collections` declares the collections.

pub mod export;
pub mod read;
pub mod registry;
mod requests;
pub mod write;

use crate::error::{ApiError, ErrorCode};
use crate::kinds::collections::{self, Definition};
use crate::sync::registry::Registry;

fn find(kinds: &Registry, name: &str) -> Result<&'static Definition, ApiError> {
    collections::find(kinds, name)
        .ok_or_else(|| ApiError::new(ErrorCode::NotFound, "There is no such collection; /api/collections lists them."))
}
