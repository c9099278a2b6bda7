//! The beginnings of files as devices and programs write them.

/// A file as a browser gives it.
pub struct Sample {
    pub name: &'static str,
    /// What the browser takes the type for.
    pub declared: &'static str,
    /// The type that the server stores.
    pub stored: &'static str,
    pub file_type: &'static str,
    pub bytes: Vec<u8>,
}

const SIZE: usize = 3000;

/// An ISO base media file with these brands, of which the first is the major one.
pub fn iso_media(brands: &[&str]) -> Vec<u8> {
    let mut bytes = ((16 + 4 * (brands.len() - 1)) as u32).to_be_bytes().to_vec();
    bytes.extend(b"ftyp");
    bytes.extend(brands[0].bytes());
    bytes.extend([0, 0, 2, 0]);
    bytes.extend(brands[1..].iter().flat_map(|brand| brand.bytes()));
    let rest = SIZE - bytes.len();
    bytes.extend((rest as u32).to_be_bytes());
    bytes.extend(b"mdat");
    filled(bytes)
}

fn filled(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend((bytes.len()..SIZE).map(|index| (index % 251) as u8));
    bytes
}

fn begins(head: &[u8]) -> Vec<u8> {
    filled(head.to_vec())
}

fn utf16(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(of).collect()
}

fn sample(
    name: &'static str,
    declared: &'static str,
    (file_type, stored): (&'static str, &'static str),
    bytes: Vec<u8>,
) -> Sample {
    Sample { name, declared, stored, file_type, bytes }
}

pub fn samples() -> Vec<Sample> {
    let voice = ("audio", "audio/mp4");
    let (film, quicktime) = (("video", "video/mp4"), ("video", "video/quicktime"));
    let (csv, markdown, plain) = (("document", "text/csv"), ("document", "text/markdown"), ("document", "text/plain"));
    let ebml = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm";
    let matroska = b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska\x42\x87\x81\x04";
    vec![
        sample("voice.m4a", "audio/mp4", voice, iso_media(&["M4A ", "M4A ", "mp42", "isom"])),
        sample("voice.m4a", "audio/x-m4a", voice, iso_media(&["isom", "iso2", "mp41"])),
        sample("voice.mp4", "audio/mp4;codecs=mp4a.40.2", voice, iso_media(&["mp42", "isom"])),
        sample("voice.mp4", "audio/mp4", voice, iso_media(&["iso5", "hlsf", "cmfc"])),
        sample("voice.webm", "audio/webm;codecs=opus", ("audio", "audio/webm"), begins(ebml)),
        sample("voice.3gp", "audio/3gpp", ("audio", "audio/3gpp"), iso_media(&["3gp4", "isom"])),
        sample("voice.amr", "audio/AMR", ("audio", "audio/amr"), begins(b"#!AMR\n")),
        sample("C0001.MP4", "video/mp4", film, iso_media(&["XAVC", "XAVC", "mp42", "iso2"])),
        sample("a.mp4", "video/mp4", film, iso_media(&["iso7", "iso8", "mp41"])),
        sample("a.mp4", "video/mp4", film, iso_media(&["iso9"])),
        sample("a.mp4", "video/mp4", film, iso_media(&["hvc1", "isom"])),
        sample("a.m4v", "video/x-m4v", film, iso_media(&["M4V ", "M4A ", "mp42"])),
        sample("a.3gp", "video/3gpp", ("video", "video/3gpp"), iso_media(&["3gp5", "isom", "3gp4"])),
        sample("IMG_1.MOV", "video/quicktime", quicktime, iso_media(&["qt  "])),
        sample("old.mov", "video/quicktime", quicktime, begins(b"\0\0\0\x08wide\0\0\x0b\xb0mdat")),
        sample("old.mov", "video/quicktime", quicktime, begins(b"\0\0\x0b\xb8mdat")),
        sample("a.mkv", "video/x-matroska;codecs=avc1,opus", ("video", "video/x-matroska"), begins(matroska)),
        sample("IMG_1.HEIC", "image/heic", ("image", "image/heic"), iso_media(&["heic", "mif1", "heic"])),
        sample("IMG_1.HEIC", "", ("image", "image/heic"), iso_media(&["heic", "mif1", "heic"])),
        sample("IMG_2.HEIC", "", ("image", "image/jpeg"), begins(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01")),
        sample("a.jpg", "image/jpg", ("image", "image/jpeg"), begins(b"\xff\xd8\xff\xe1\0\x10Exif\0\0")),
        sample("a.mp3", "audio/mp3", ("audio", "audio/mpeg"), begins(b"ID3\x03\0\0\0\0\0\x0aTIT2")),
        sample("a.mp3", "audio/mpeg", ("audio", "audio/mpeg"), begins(b"\xff\xfb\x90\x64\0\0")),
        sample("a.aac", "audio/vnd.dlna.adts", ("audio", "audio/aac"), begins(b"\xff\xf1\x50\x80\x03\x1f\xfc")),
        sample("a.flac", "audio/x-flac", ("audio", "audio/flac"), begins(b"fLaC\0\0\0\x22")),
        sample("a.wav", "audio/wave", ("audio", "audio/wav"), begins(b"RIFF\xb0\x0b\0\0WAVEfmt ")),
        sample("a.opus", "audio/ogg; codecs=opus", ("audio", "audio/ogg"), begins(b"OggS\0\x02\0\0\0\0OpusHead")),
        sample("a.zip", "application/x-zip-compressed", ("other", "application/zip"), begins(b"PK\x03\x04\x14\0\0\0")),
        sample("a.csv", "application/vnd.ms-excel", csv, b"Gr\xf6\xdfe;Preis\r\n1;5 \x80\r\n".to_vec()),
        sample("a.csv", "text/csv", csv, b"\xef\xbb\xbfName;Preis\r\n".to_vec()),
        sample("README.md", "text/markdown", markdown, b"<p align=\"center\"><img src=\"x.png\"></p>\n# Tide".to_vec()),
        sample("README.md", "text/x-markdown", markdown, b"<!-- a comment -->\n<details>\n<body>\n".to_vec()),
        sample("README.md", "", markdown, b"<h1 align=\"center\">Tide</h1>\n".to_vec()),
        sample("a.txt", "text/plain", plain, utf16("Größe und Maß\r\n", u16::to_le_bytes)),
        sample("a.txt", "text/plain", plain, utf16("Größe und Maß\r\n", u16::to_be_bytes)),
        sample("a.txt", "text/plain;charset=windows-1252", plain, b"Gr\xf6\xdfe \x93und\x94 Ma\xdf\r\n".to_vec()),
        sample("a.xml.txt", "text/plain", plain, b"<?xml version=\"1.0\"?><html><script>1</script></html>".to_vec()),
        sample("LICENSE", "", plain, b"BM is how this text begins".to_vec()),
        sample("empty.txt", "text/plain", plain, Vec::new()),
    ]
}
