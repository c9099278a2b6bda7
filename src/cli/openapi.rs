//! `landfall openapi`.

use super::output;
use crate::boot::BootError;
use crate::{kinds, openapi};

/// Prints the document with all operations, the development sign-in included.
///
/// # Errors
/// What the command prints as its failure.
pub fn print() -> Result<(), BootError> {
    let text = openapi::to_json(&openapi::document(true, &kinds::registry()))
        .map_err(|error| BootError::Other(format!("The document can't be written: {error}")))?;
    output::print(&format!("{text}\n"));
    Ok(())
}
