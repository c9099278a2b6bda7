//! Text for the terminal.

use std::io::Write as _;

/// Writes to stdout. A closed stdout is not an error.
pub fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
