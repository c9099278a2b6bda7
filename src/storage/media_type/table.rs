//! The table of allowed media types: what browsers and systems call them, their extensions, and what their bytes may be. The order matters: of several
//! types with one extension, or one format, the first is chosen.

use super::media::{Bytes, MediaType};
use super::sniff;
use crate::json::FileType;

const fn media(
    name: &'static str,
    file_type: FileType,
    extensions: &'static [&'static str],
    aliases: &'static [&'static str],
    bytes: Bytes,
) -> MediaType {
    MediaType { name, file_type, aliases, shared_aliases: &[], extensions, bytes }
}

/// The allowed types, one a line.
#[rustfmt::skip]
pub const ALLOWED: &[MediaType] = {
    use Bytes::{Formats, Text, Zip};
    use FileType::{Audio, Document, Image, Other, Video};
    const ISO: Bytes = Formats(&["video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4"]);
    const MATROSKA: Bytes = Formats(&["video/webm", "video/x-matroska"]);
    const OGG: Bytes = Formats(&["audio/ogg", "video/ogg"]);
    const HEIF: Bytes = Formats(&["image/heic", "image/heif"]);
    const ZIP: &str = "application/zip";
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    const ODT: &str = "application/vnd.oasis.opendocument.text";
    const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
    const ODP: &str = "application/vnd.oasis.opendocument.presentation";
    &[
        media("image/jpeg", Image, &["jpg", "jpeg", "jpe", "jfif", "pjpeg"], &["image/jpg", "image/pjpeg", "image/x-jpeg"], Formats(&["image/jpeg"])),
        media("image/png", Image, &["png"], &["image/x-png", "image/apng", "image/vnd.mozilla.apng"], Formats(&["image/png"])),
        media("image/webp", Image, &["webp"], &["image/x-webp"], Formats(&["image/webp"])),
        media("image/gif", Image, &["gif"], &["image/x-gif"], Formats(&["image/gif"])),
        media("image/avif", Image, &["avif", "avifs"], &["image/avif-sequence"], Formats(&["image/avif"])),
        media("image/heic", Image, &["heic", "heics"], &["image/heic-sequence", "image/x-heic"], HEIF),
        media("image/heif", Image, &["heif", "heifs", "hif"], &["image/heif-sequence", "image/x-heif"], HEIF),
        media("image/bmp", Image, &["bmp", "dib"], &["image/x-ms-bmp", "image/x-bmp", "image/x-windows-bmp"], Formats(&["image/bmp"])),
        media("image/tiff", Image, &["tiff", "tif"], &["image/tif", "image/x-tiff", "image/x-tif"], Formats(&["image/tiff"])),
        media("video/mp4", Video, &["mp4", "m4v", "mp4v"], &["video/x-m4v", "video/m4v", "video/x-mp4", "application/mp4"], ISO),
        media("video/quicktime", Video, &["mov", "qt"], &["video/x-quicktime", "video/mov"], ISO),
        media("video/3gpp", Video, &["3gp", "3gpp"], &["video/3gp"], ISO),
        media("video/3gpp2", Video, &["3g2", "3gpp2"], &["video/3g2"], ISO),
        media("video/webm", Video, &["webm"], &["video/x-webm"], MATROSKA),
        media("video/x-matroska", Video, &["mkv"], &["video/matroska", "video/mkv", "application/x-matroska"], MATROSKA),
        media("video/mpeg", Video, &["mpeg", "mpg", "mpe"], &["video/mpg", "video/x-mpeg", "video/x-mpg"], Formats(&["video/mpeg"])),
        media("video/x-msvideo", Video, &["avi"], &["video/avi", "video/msvideo", "video/vnd.avi", "application/x-troff-msvideo"], Formats(&["video/x-msvideo"])),
        media("audio/mpeg", Audio, &["mp3", "mpga"], &["audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg", "audio/x-mpeg-3", "audio/mpg", "audio/x-mpg"], Formats(&["audio/mpeg", sniff::ID3])),
        media("audio/mp4", Audio, &["m4a", "m4b", "mp4"], &["audio/x-m4a", "audio/m4a", "audio/x-m4b", "audio/m4b", "audio/x-mp4", "audio/mp4a-latm"], ISO),
        media("audio/3gpp", Audio, &["3gp", "3gpp", "3ga"], &["audio/3gpp2", "audio/3gp"], ISO),
        media("audio/ogg", Audio, &["ogg", "oga", "opus", "spx"], &["application/ogg", "application/x-ogg", "audio/opus", "audio/x-ogg", "audio/vorbis", "audio/x-vorbis+ogg", "audio/x-opus+ogg"], OGG),
        media("video/ogg", Video, &["ogv", "ogm"], &["video/x-ogg", "video/x-theora+ogg"], OGG),
        media("audio/webm", Audio, &["weba", "webm"], &["audio/x-webm"], MATROSKA),
        media("audio/x-matroska", Audio, &["mka"], &["audio/matroska"], MATROSKA),
        media("audio/wav", Audio, &["wav", "wave"], &["audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/x-pn-wav"], Formats(&["audio/wav"])),
        media("audio/flac", Audio, &["flac"], &["audio/x-flac", "application/x-flac"], Formats(&["audio/flac", sniff::ID3])),
        media("audio/aac", Audio, &["aac", "adts"], &["audio/x-aac", "audio/aacp", "audio/x-hx-aac-adts", "audio/vnd.dlna.adts"], Formats(&["audio/aac", sniff::ID3])),
        media("audio/aiff", Audio, &["aiff", "aif", "aifc"], &["audio/x-aiff"], Formats(&["audio/aiff"])),
        media("audio/amr", Audio, &["amr", "awb"], &["audio/x-amr", "audio/amr-wb", "audio/amr-nb"], Formats(&["audio/amr"])),
        media("audio/x-caf", Audio, &["caf"], &["audio/caf"], Formats(&["audio/x-caf"])),
        media("application/pdf", Document, &["pdf"], &["application/x-pdf", "application/acrobat", "text/pdf"], Formats(&["application/pdf"])),
        MediaType {
            // Windows names a type by the program that opens it.
            shared_aliases: &["application/msword"],
            ..media("application/rtf", Document, &["rtf"], &["text/rtf", "application/x-rtf", "text/richtext"], Formats(&["application/rtf"]))
        },
        media(DOCX, Document, &["docx"], &[], Formats(&[DOCX, ZIP])),
        media(XLSX, Document, &["xlsx"], &[], Formats(&[XLSX, ZIP])),
        media(PPTX, Document, &["pptx"], &[], Formats(&[PPTX, ZIP])),
        media(ODT, Document, &["odt"], &[], Formats(&[ODT, ZIP])),
        media(ODS, Document, &["ods"], &[], Formats(&[ODS, ZIP])),
        media(ODP, Document, &["odp"], &[], Formats(&[ODP, ZIP])),
        media("text/plain", Document, TEXT_EXTENSIONS, TEXT_ALIASES, Text),
        MediaType {
            shared_aliases: &["application/vnd.ms-excel", "application/msexcel", "application/x-msexcel"],
            ..media("text/csv", Document, &["csv"], &["application/csv", "text/x-csv", "application/x-csv", "text/comma-separated-values", "text/x-comma-separated-values"], Text)
        },
        media("text/markdown", Document, &["md", "markdown", "mdown", "mkd"], &["text/x-markdown", "text/x-web-markdown", "text/md"], Text),
        media("application/json", Document, &["json"], &["text/json", "application/x-json"], Text),
        media(ZIP, Other, &["zip"], &["application/x-zip-compressed", "application/x-zip", "application/zip-compressed", "multipart/x-zip"], Zip),
        MediaType {
            shared_aliases: &["application/x-compressed"],
            ..media("application/gzip", Other, &["gz", "tgz"], &["application/x-gzip", "application/x-tgz", "application/x-compressed-tar", "application/gzip-compressed"], Formats(&["application/gzip"]))
        },
    ]
};

const TEXT_EXTENSIONS: &[&str] = &[
    "txt", "text", "log", "tsv", "yaml", "yml", "toml", "ini", "conf", "cfg", "srt", "vtt", "ics", "vcf", "rst", "tex",
    "bib", "diff", "patch",
];
const TEXT_ALIASES: &[&str] = &[
    "text/x-log",
    "text/tab-separated-values",
    "text/yaml",
    "text/x-yaml",
    "application/yaml",
    "application/x-yaml",
    "application/toml",
    "text/vtt",
    "application/x-subrip",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "text/x-rst",
    "text/x-tex",
    "application/x-tex",
    "text/x-diff",
    "text/x-patch",
];

/// Extensions of files without a type that are refused before their bytes are sent: what a browser or a system executes, and well-known formats
/// that are not allowed.
pub const REFUSED_EXTENSIONS: &[&str] = &[
    "htm", "html", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "xslt", "js", "mjs", "cjs", "hta",
    "swf", "exe", "dll", "msi", "com", "scr", "bat", "cmd", "vbs", "ps1", "jar", "apk", "dmg", "pkg", "iso", "doc",
    "xls", "ppt", "psd", "rar", "7z",
];
