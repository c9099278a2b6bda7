//! Finds types in the table: by a name, and by bytes.

use super::media::{Bytes, MediaType};
use super::table::ALLOWED;
use super::{sniff, text};

impl MediaType {
    /// The media type of this name, which may have parameters: `text/plain; charset=utf-8` is `text/plain`.
    pub fn named(name: &str) -> Option<Self> {
        let essence = essence(name);
        ALLOWED.iter().copied().find(|one| one.name == essence)
    }

    /// The type of bytes that nothing is said about. `None` if no type allows them.
    pub fn detect(head: &[u8]) -> Option<Self> {
        let is_text = text::is_text(head);
        // `BM` is how bitmaps begin, and many a text.
        let found = sniff::format(head).filter(|found| !(is_text && *found == "image/bmp"));
        let allows = |one: &&Self| matches!(one.bytes, Bytes::Formats(formats) if found.is_some_and(|found| formats.contains(&found)));
        let named = found.and_then(Self::named);
        let plain = || is_text.then(|| Self::named("text/plain")).flatten();
        named.or_else(|| ALLOWED.iter().find(allows).copied()).or_else(plain)
    }

    /// The file name with an extension of this type or of another type with the same formats, so that readers which go by extensions open it as the
    /// checked type.
    pub fn name_of(self, file_name: &str) -> String {
        if ALLOWED.iter().any(|one| one.bytes == self.bytes && one.has_extension_of(file_name)) {
            return file_name.to_owned();
        }
        match self.extensions.first() {
            Some(first) => format!("{file_name}.{first}"),
            None => file_name.to_owned(),
        }
    }
}

/// A media type's name without its parameters, in lower case.
pub fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
