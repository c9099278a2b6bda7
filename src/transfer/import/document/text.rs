//! Texts of a document whose bytes are no UTF-8 or whose escapes are no characters.

use serde::de::IgnoredAny;

use super::malformed::malformed;
use super::scan::Cut;
use crate::error::ApiError;
use crate::transfer::import::mend;

/// The maximal length of a name in bytes, larger than any name that is stored.
pub const MAX_NAME_BYTES: usize = 4 * 1024;
/// The text of the bytes, and whether some of them were no UTF-8.
pub fn text_of(bytes: Vec<u8>) -> (String, bool) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    }
}

/// A member's name, and whether it was mended.
pub fn name_of(Cut { mut bytes, too_long }: Cut) -> Result<(String, bool), ApiError> {
    if too_long {
        // A half escape or character at the end is left out.
        let cut = (0..6).find_map(|left_out| {
            let whole = [bytes.get(..bytes.len().checked_sub(left_out)?)?, b"\""].concat();
            let is_whole =
                std::str::from_utf8(&whole).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
            is_whole.then_some(whole)
        });
        bytes = cut.unwrap_or_else(|| b"\"\"".to_vec());
    }
    let (text, replaced) = text_of(bytes);
    let mended = mend::unicode(&text);
    match serde_json::from_str(mended.as_deref().unwrap_or(&text)) {
        Ok(name) => Ok((name, replaced || mended.is_some())),
        Err(error) => Err(malformed(String::new(), error)),
    }
}
