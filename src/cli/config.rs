//! `landfall config`.

use super::output;
use crate::boot::BootError;
use crate::config::env;

/// Prints every setting with its default.
pub fn print() -> Result<(), BootError> {
    output::print(&env::example());
    Ok(())
}
