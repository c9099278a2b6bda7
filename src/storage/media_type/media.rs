//! An allowed media type, and the check of a file's first bytes against it.

use super::{sniff, text};
use crate::json::FileType;

/// An allowed media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    pub name: &'static str,
    pub file_type: FileType,
    /// Other names that browsers and systems give to files of this type.
    pub aliases: &'static [&'static str],
    /// Names that belong to another type as well: they count where the file name has an extension of this type, or none.
    pub shared_aliases: &'static [&'static str],
    /// The file extensions in lower case. The first one is added to a name that has none of them.
    pub extensions: &'static [&'static str],
    pub bytes: Bytes,
}

/// What the bytes of a type may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    Text,
    /// One of these formats, as [`sniff::format`] names them.
    Formats(&'static [&'static str]),
    /// Any format that is a ZIP archive.
    Zip,
}

/// Why bytes do not match a media type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error("the file is empty: it has 0 bytes")]
    Empty,
    /// The bytes are of another type.
    #[error("the bytes are {0}, not the declared type")]
    Other(&'static str),
    /// The type of the bytes is unknown.
    #[error("the bytes are of no known type")]
    Unknown,
    /// The type is a text, and the bytes are none.
    #[error("the bytes are no text")]
    Binary,
    /// The bytes are a valid document of a second type.
    #[error("the bytes are also a document of another type")]
    Polyglot,
}

/// Markers by which a browser, or another reader that detects types itself, could take an image for another document.
const POLYGLOT_MARKERS: &[&[u8]] = &[b"<script", b"<html", b"<svg", b"<!doctype html", b"<iframe", b"<body", b"%pdf-"];

impl MediaType {
    /// The fewest bytes of a file of this type. Only a text may be empty.
    pub fn min_bytes(self) -> i64 {
        i64::from(self.bytes != Bytes::Text)
    }

    /// Checks a file's first bytes.
    ///
    /// # Errors
    /// Why the bytes can't be of this type.
    pub fn check(self, head: &[u8]) -> Result<(), Mismatch> {
        if head.is_empty() && self.min_bytes() > 0 {
            return Err(Mismatch::Empty);
        }
        let formats = match self.bytes {
            // A PDF may have text only, and its readers look for it in any file.
            Bytes::Text if head.starts_with(b"%PDF-") => return Err(Mismatch::Other("application/pdf")),
            Bytes::Text if text::is_text(head) => return Ok(()),
            Bytes::Text => return Err(sniff::format(head).map_or(Mismatch::Binary, Mismatch::Other)),
            Bytes::Zip if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") => return Ok(()),
            Bytes::Zip => &["application/zip"],
            Bytes::Formats(formats) => formats,
        };
        match sniff::format(head) {
            Some(found) if formats.contains(&found) => {}
            Some(found) => return Err(Mismatch::Other(found)),
            None => return Err(Mismatch::Unknown),
        }
        match self.file_type == FileType::Image && has_polyglot_marker(head) {
            true => Err(Mismatch::Polyglot),
            false => Ok(()),
        }
    }

    /// Whether the file name has an extension of this type.
    pub fn has_extension_of(self, file_name: &str) -> bool {
        extension(file_name).is_some_and(|extension| self.extensions.contains(&extension.as_str()))
    }
}

/// The extension of a file name, in lower case.
pub fn extension(file_name: &str) -> Option<String> {
    file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

fn has_polyglot_marker(head: &[u8]) -> bool {
    let lower = head.to_ascii_lowercase();
    POLYGLOT_MARKERS.iter().any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
}
