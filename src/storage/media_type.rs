//! The allow-list of media types, and the check of a file's first bytes against the declared type. The list holds no HTML, no SVG and no other type
//! that a browser executes.

use crate::json::FileType;

/// How many of a file's first bytes the check needs.
pub const HEAD_BYTES: usize = 8192;

/// An allowed media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType {
    pub name: &'static str,
    pub file_type: FileType,
    /// The file extensions of this type. The first one is added to a name that has none of them.
    extensions: &'static [&'static str],
    /// The types that `infer` may detect in such a file. Empty for text.
    detected: &'static [&'static str],
}

/// Why bytes do not match a media type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The bytes are of another type.
    #[error("the bytes are {0}, not the declared type")]
    Other(&'static str),
    /// The type of the bytes is unknown.
    #[error("the bytes are of no allowed type")]
    Unknown,
    /// The bytes are a valid document of a second type.
    #[error("the bytes are also a document of another type")]
    Polyglot,
}

const fn media(
    name: &'static str,
    file_type: FileType,
    extensions: &'static [&'static str],
    detected: &'static [&'static str],
) -> MediaType {
    MediaType { name, file_type, extensions, detected }
}

const ALLOWED: &[MediaType] = {
    use FileType::{Audio, Document, Image, Other, Video};
    const ZIP: &str = "application/zip";
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    const ODT: &str = "application/vnd.oasis.opendocument.text";
    const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
    &[
        media("image/jpeg", Image, &["jpg", "jpeg"], &["image/jpeg"]),
        media("image/png", Image, &["png"], &["image/png"]),
        media("image/webp", Image, &["webp"], &["image/webp"]),
        media("image/gif", Image, &["gif"], &["image/gif"]),
        media("image/avif", Image, &["avif"], &["image/avif"]),
        media("image/heic", Image, &["heic"], &["image/heif"]),
        media("image/heif", Image, &["heif"], &["image/heif"]),
        media("image/bmp", Image, &["bmp"], &["image/bmp"]),
        media("image/tiff", Image, &["tiff", "tif"], &["image/tiff"]),
        media("video/mp4", Video, &["mp4", "m4v"], &["video/mp4", "video/x-m4v"]),
        media("video/webm", Video, &["webm"], &["video/webm"]),
        media("video/quicktime", Video, &["mov"], &["video/quicktime"]),
        media("video/x-matroska", Video, &["mkv"], &["video/x-matroska"]),
        media("video/mpeg", Video, &["mpeg", "mpg"], &["video/mpeg"]),
        media("audio/mpeg", Audio, &["mp3"], &["audio/mpeg"]),
        media("audio/mp4", Audio, &["m4a", "mp4"], &["audio/m4a"]),
        media("audio/x-m4a", Audio, &["m4a"], &["audio/m4a"]),
        media("audio/ogg", Audio, &["ogg", "oga", "opus"], &["audio/ogg", "audio/opus"]),
        media("audio/webm", Audio, &["webm", "weba"], &["video/webm"]),
        media("audio/wav", Audio, &["wav"], &["audio/x-wav"]),
        media("audio/x-wav", Audio, &["wav"], &["audio/x-wav"]),
        media("audio/flac", Audio, &["flac"], &["audio/x-flac"]),
        media("audio/aac", Audio, &["aac"], &["audio/aac"]),
        media("application/pdf", Document, &["pdf"], &["application/pdf"]),
        media("application/rtf", Document, &["rtf"], &["application/rtf"]),
        media(DOCX, Document, &["docx"], &[DOCX, ZIP]),
        media(XLSX, Document, &["xlsx"], &[XLSX, ZIP]),
        media(PPTX, Document, &["pptx"], &[PPTX, ZIP]),
        media(ODT, Document, &["odt"], &[ODT, ZIP]),
        media(ODS, Document, &["ods"], &[ODS, ZIP]),
        media("text/plain", Document, &["txt", "log"], &[]),
        media("text/csv", Document, &["csv"], &[]),
        media("text/markdown", Document, &["md", "markdown"], &[]),
        media("application/json", Document, &["json"], &[]),
        media(ZIP, Other, &["zip"], &[ZIP]),
        media("application/gzip", Other, &["gz", "tgz"], &["application/gzip"]),
    ]
};

/// Markers by which a browser, or another reader that detects types itself, could take an image for another document.
const POLYGLOT_MARKERS: &[&[u8]] = &[b"<script", b"<html", b"<svg", b"<!doctype html", b"<iframe", b"<body", b"%pdf-"];

impl MediaType {
    /// The media type of this name, without its parameters: `text/plain; charset=utf-8` is `text/plain`.
    pub fn named(name: &str) -> Option<Self> {
        let essence = name.split(';').next().unwrap_or_default().trim();
        ALLOWED.iter().copied().find(|one| one.name.eq_ignore_ascii_case(essence))
    }

    /// The first type of the list that is detected in these bytes. Text is not detected.
    pub fn detect(head: &[u8]) -> Option<Self> {
        let found = infer::get(head)?.mime_type();
        ALLOWED.iter().copied().find(|one| one.detected.contains(&found))
    }

    /// Checks a file's first bytes.
    ///
    /// # Errors
    /// Why the bytes can't be of this type.
    pub fn check(self, head: &[u8]) -> Result<(), Mismatch> {
        let found = infer::get(head).map(|kind| kind.mime_type());
        if self.detected.is_empty() {
            return check_text(head, found);
        }
        match found {
            Some(found) if self.detected.contains(&found) => {}
            Some(found) => return Err(Mismatch::Other(found)),
            None => return Err(Mismatch::Unknown),
        }
        match self.file_type == FileType::Image && has_polyglot_marker(head) {
            true => Err(Mismatch::Polyglot),
            false => Ok(()),
        }
    }

    /// The file name with an extension of this type, so that readers which go by extensions open it as the checked type.
    pub fn name_of(self, file_name: &str) -> String {
        let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
        if extension.is_some_and(|extension| self.extensions.iter().any(|one| one.eq_ignore_ascii_case(extension))) {
            return file_name.to_owned();
        }
        match self.extensions.first() {
            Some(first) => format!("{file_name}.{first}"),
            None => file_name.to_owned(),
        }
    }
}

fn check_text(head: &[u8], found: Option<&'static str>) -> Result<(), Mismatch> {
    // The first bytes may end inside a character.
    let broken = match std::str::from_utf8(head) {
        Ok(_) => false,
        Err(error) => error.error_len().is_some() || head.len() < HEAD_BYTES,
    };
    if broken || head.contains(&0) {
        return Err(Mismatch::Unknown);
    }
    match found {
        Some(found @ ("text/html" | "text/xml")) => Err(Mismatch::Other(found)),
        _ if head.trim_ascii_start().starts_with(b"<") && has_polyglot_marker(head) => Err(Mismatch::Polyglot),
        _ => Ok(()),
    }
}

fn has_polyglot_marker(head: &[u8]) -> bool {
    let lower = head.to_ascii_lowercase();
    POLYGLOT_MARKERS.iter().any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    fn check(name: &str, head: &[u8]) -> Option<Result<(), Mismatch>> {
        MediaType::named(name).map(|media| media.check(head))
    }

    #[test]
    fn bytes_of_the_declared_type_are_accepted() {
        assert_eq!(check("image/png", PNG), Some(Ok(())));
        assert_eq!(check("IMAGE/PNG; a=b", PNG), Some(Ok(())));
        assert_eq!(check("text/plain", "BMW und Tee, für zwei".as_bytes()), Some(Ok(())));
        assert_eq!(MediaType::detect(PNG).map(|media| media.name), Some("image/png"));
    }

    #[test]
    fn markup_spoofed_types_and_polyglots_are_refused() {
        for name in ["text/html", "image/svg+xml", "application/octet-stream", "application/javascript", ""] {
            assert_eq!(check(name, b"<svg/>"), None, "{name}");
        }
        assert_eq!(check("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Some(Err(Mismatch::Unknown)));
        assert_eq!(check("image/png", b"<html><script>1</script>"), Some(Err(Mismatch::Other("text/html"))));
        assert_eq!(check("image/jpeg", PNG), Some(Err(Mismatch::Other("image/png"))));
        assert_eq!(check("image/gif", b"GIF89a/*<ScRiPt>alert(1)</script>*/"), Some(Err(Mismatch::Polyglot)));
        assert_eq!(check("text/plain", b" <svg onload=alert(1)>"), Some(Err(Mismatch::Polyglot)));
        assert_eq!(check("text/plain", b"a\0b"), Some(Err(Mismatch::Unknown)));
        assert_eq!(check("text/csv", b"\xff\xfe"), Some(Err(Mismatch::Unknown)));
    }

    #[test]
    fn file_name_gets_the_extension_of_its_type() {
        let png = MediaType::named("image/png").map(|media| (media.name_of("a.PNG"), media.name_of("evil.html")));
        assert_eq!(png, Some(("a.PNG".to_owned(), "evil.html.png".to_owned())));
    }
}
