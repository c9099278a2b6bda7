//! `landfall config`.

use super::output;
use crate::boot::BootError;
use crate::config::variables;

/// Prints every setting with its default.
///
/// # Errors
/// What the command prints as its failure.
pub fn print() -> Result<(), BootError> {
    output::print(&variables::example());
    Ok(())
}
