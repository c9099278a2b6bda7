//! The type that a request declares for a file.

use super::lookup::essence;
use super::media::{MediaType, Mismatch, extension};
use super::table::{ALLOWED, REFUSED_EXTENSIONS};
use crate::json::{FileType, UNDECLARED_TYPE};

/// A declared type, before the bytes are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    Type(MediaType),
    /// The browser knows no type. The name and the bytes decide.
    Unknown,
}

/// The files of this type are not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    #[error("files of the type {0} are not allowed")]
    Type(String),
    #[error("files with the extension .{0} are not allowed")]
    Extension(String),
}

impl Declared {
    /// Chooses the type by a declared name, which may be empty, have parameters, or be an alias, and by the file name.
    ///
    /// # Errors
    /// [`Unsupported`] for a type that is not in the table.
    pub fn new(mime_type: &str, file_name: &str) -> Result<Self, Unsupported> {
        let given = essence(mime_type);
        let given = given.as_str();
        if matches!(
            given,
            "" | UNDECLARED_TYPE | "binary/octet-stream" | "application/unknown" | "application/x-unknown"
        ) {
            return match extension(file_name) {
                Some(extension) if REFUSED_EXTENSIONS.contains(&extension.as_str()) => {
                    Err(Unsupported::Extension(extension))
                }
                _ => Ok(Self::Unknown),
            };
        }
        let fits_name = |one: &MediaType| one.has_extension_of(file_name) || extension(file_name).is_none();
        let found = ALLOWED.iter().find(|one| {
            one.name == given || one.aliases.contains(&given) || (one.shared_aliases.contains(&given) && fits_name(one))
        });
        found.copied().map(Self::Type).ok_or_else(|| Unsupported::Type(given.to_owned()))
    }

    /// The name that is stored until the bytes are checked.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type(media) => media.name,
            Self::Unknown => UNDECLARED_TYPE,
        }
    }

    /// The expected type: the declared one, or the one of the extension.
    pub fn expected(self, file_name: &str) -> Option<MediaType> {
        match self {
            Self::Type(media) => Some(media),
            Self::Unknown => by_extension(file_name).next(),
        }
    }

    /// The kind of file until the bytes are checked.
    pub fn file_type(self, file_name: &str) -> FileType {
        self.expected(file_name).map_or(FileType::Other, |media| media.file_type)
    }

    /// The fewest bytes of the file. A file of unknown type may not be empty, because nothing says what it is.
    pub fn min_bytes(self, file_name: &str) -> i64 {
        self.expected(file_name).map_or(1, MediaType::min_bytes)
    }

    /// The type of a file that begins with the bytes `head`.
    ///
    /// # Errors
    /// Why the bytes are not of the declared type, or of no allowed one.
    pub fn of_bytes(self, file_name: &str, head: &[u8]) -> Result<MediaType, Mismatch> {
        if let Self::Type(media) = self {
            return media.check(head).map(|()| media);
        }
        if let Some(media) = by_extension(file_name).find(|media| media.check(head).is_ok()) {
            return Ok(media);
        }
        if head.is_empty() {
            return Err(Mismatch::Empty);
        }
        let media = MediaType::detect(head).ok_or(Mismatch::Unknown)?;
        media.check(head).map(|()| media)
    }
}

/// The types with the extension of this file name.
fn by_extension(file_name: &str) -> impl Iterator<Item = MediaType> {
    ALLOWED.iter().copied().filter(move |media| media.has_extension_of(file_name))
}

#[cfg(test)]
mod tests {
    use super::super::media::Mismatch;
    use super::{Declared, MediaType, Unsupported};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

    fn check(name: &str, head: &[u8]) -> Option<Result<(), Mismatch>> {
        match Declared::new(name, "a") {
            Ok(Declared::Type(media)) => Some(media.check(head)),
            _ => None,
        }
    }

    #[test]
    fn bytes_of_the_declared_type_are_accepted() {
        assert_eq!(check("image/png", PNG), Some(Ok(())));
        assert_eq!(check("IMAGE/PNG; a=b", PNG), Some(Ok(())));
        assert_eq!(check("text/plain", "BMW und Tee, für zwei".as_bytes()), Some(Ok(())));
        assert_eq!(check("text/plain", b" <svg onload=alert(1)>"), Some(Ok(())), "what is text is text");
        assert_eq!(check("text/plain", b""), Some(Ok(())));
    }

    #[test]
    fn markup_spoofed_types_and_polyglots_are_refused() {
        for name in ["text/html", "image/svg+xml", "application/javascript", "application/xml"] {
            assert_eq!(Declared::new(name, "a"), Err(Unsupported::Type(name.to_owned())));
        }
        for name in ["a.html", "b.SVG", "c.exe"] {
            assert!(matches!(Declared::new("", name), Err(Unsupported::Extension(_))), "{name}");
        }
        assert_eq!(check("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Some(Err(Mismatch::Unknown)));
        assert_eq!(check("image/png", b"<html><script>1</script>"), Some(Err(Mismatch::Other("text/html"))));
        assert_eq!(check("image/jpeg", PNG), Some(Err(Mismatch::Other("image/png"))));
        assert_eq!(check("image/gif", b"GIF89a/*<ScRiPt>alert(1)</script>*/"), Some(Err(Mismatch::Polyglot)));
        assert_eq!(check("text/plain", b"a\0b"), Some(Err(Mismatch::Binary)));
        assert_eq!(check("text/plain", PNG), Some(Err(Mismatch::Other("image/png"))));
        assert_eq!(check("text/plain", b"%PDF-1.4 text"), Some(Err(Mismatch::Other("application/pdf"))));
        assert_eq!(check("image/png", b""), Some(Err(Mismatch::Empty)));
    }

    #[test]
    fn aliases_are_known_and_shared_ones_need_the_extension() {
        let name = |given: &str, file: &str| Declared::new(given, file).map(Declared::name).ok();
        for (given, file, expected) in [
            ("image/jpg", "a.jpg", Some("image/jpeg")),
            ("audio/mp3", "a.mp3", Some("audio/mpeg")),
            ("audio/x-m4a", "a.m4a", Some("audio/mp4")),
            ("application/x-zip-compressed", "a.zip", Some("application/zip")),
            ("application/vnd.ms-excel", "a.csv", Some("text/csv")),
            ("application/vnd.ms-excel", "blob", Some("text/csv")),
            ("application/vnd.ms-excel", "a.xls", None),
            ("application/msword", "a.doc", None),
            ("audio/webm;codecs=opus", "blob", Some("audio/webm")),
        ] {
            assert_eq!(name(given, file), expected, "{given} {file}");
        }
    }

    #[test]
    fn names_and_bytes_decide_where_no_type_is_declared() {
        let chosen = |file: &str, head: &[u8]| Declared::Unknown.of_bytes(file, head).map(|media| media.name);
        assert_eq!(chosen("IMG_1.HEIC", HEIC), Ok("image/heic"));
        assert_eq!(chosen("IMG_1.HEIC", PNG), Ok("image/png"), "the bytes decide");
        assert_eq!(chosen("README.md", b"# x"), Ok("text/markdown"));
        assert_eq!(chosen("LICENSE", b"BM is how it begins"), Ok("text/plain"));
        assert_eq!(chosen("notes", PNG), Ok("image/png"));
        assert_eq!(chosen("a.txt", b""), Ok("text/plain"));
        assert_eq!(chosen("a.png", b""), Err(Mismatch::Empty));
        assert_eq!(chosen("a.bin", b"\0\x01\x02"), Err(Mismatch::Unknown));
    }

    #[test]
    fn file_name_gets_the_extension_of_its_type() {
        let name = |mime: &str, file: &str| MediaType::named(mime).map(|media| media.name_of(file));
        for (mime, file, expected) in [
            ("image/png", "a.PNG", "a.PNG"),
            ("image/png", "evil.html", "evil.html.png"),
            ("audio/mp4", "voice.mp4", "voice.mp4"),
            ("text/plain", "README.md", "README.md"),
            ("text/plain", "page.html", "page.html.txt"),
        ] {
            assert_eq!(name(mime, file).as_deref(), Some(expected));
        }
    }
}
