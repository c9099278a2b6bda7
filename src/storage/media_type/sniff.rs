//! The format of a file by its first bytes. `infer` knows most formats; this module knows those that it does not know in all their forms.

use super::iso_media;
use crate::json::BYTE_ORDER_MARK;

/// Bytes of an EBML header in which its document type stands.
const EBML_BYTES: usize = 256;
/// Sound that begins with an ID3 tag: MP3, and at times AAC or FLAC. The tag is longer than the bytes that are read.
pub const ID3: &str = "audio/x-id3";

/// The name of the format. `None` for text and for unknown bytes.
pub fn format(head: &[u8]) -> Option<&'static str> {
    iso_media::name(head).or_else(|| container(head)).or_else(|| sound(head)).or_else(|| {
        let found = infer::get(head).map(|kind| kind.mime_type());
        found.or_else(|| trimmed(head).starts_with(b"%PDF-").then_some("application/pdf"))
    })
}

fn container(head: &[u8]) -> Option<&'static str> {
    let has = |word: &[u8]| head[..head.len().min(EBML_BYTES)].windows(word.len()).any(|window| window == word);
    match head {
        [0x1a, 0x45, 0xdf, 0xa3, ..] if has(b"webm") => Some("video/webm"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] if has(b"matroska") => Some("video/x-matroska"),
        [b'O', b'g', b'g', b'S', ..] if has(b"theora") || has(b"OVP80") => Some("video/ogg"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [b'R', b'I', b'F', b'F' | b'X', _, _, _, _, rest @ ..] | [b'R', b'F', b'6', b'4', _, _, _, _, rest @ ..] => {
            match rest {
                [b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
                [b'A', b'V', b'I', b' ', ..] => Some("video/x-msvideo"),
                [b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
                _ => None,
            }
        }
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => Some("audio/aiff"),
        _ => None,
    }
}

fn sound(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'I', b'D', b'3', 2..=4, ..] => Some(ID3),
        [b'f', b'L', b'a', b'C', ..] => Some("audio/flac"),
        [b'c', b'a', b'f', b'f', ..] => Some("audio/x-caf"),
        [b'#', b'!', b'A', b'M', b'R', ..] => Some("audio/amr"),
        [b'A', b'D', b'I', b'F', ..] => Some("audio/aac"),
        // A frame of ADTS: twelve bits of synchronisation, layer 0.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some("audio/aac"),
        // A frame of MPEG layer II or III: eleven bits of synchronisation, a known version, bit rate and sample rate.
        [0xff, second, third, ..] => {
            let is_frame = second & 0xe0 == 0xe0 && second & 0x18 != 0x08 && matches!(second & 0x06, 0x02 | 0x04);
            (is_frame && third & 0xf0 != 0xf0 && third & 0x0c != 0x0c).then_some("audio/mpeg")
        }
        _ => None,
    }
}

/// The bytes without a byte order mark and white space, which some programs write before a document.
fn trimmed(head: &[u8]) -> &[u8] {
    head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn sound_is_known_with_and_without_tags() {
        for (bytes, expected) in [
            (&b"ID3\x04\0\0\0\0\0\x23TSSE"[..], Some(super::ID3)),
            (b"\xff\xfb\x90\x64\0\0", Some("audio/mpeg")),
            (b"\xff\xfa\x90\x64\0\0", Some("audio/mpeg")),
            (b"\xff\xf3\x84\x64\0\0", Some("audio/mpeg")),
            (b"\xff\xe3\x84\x64\0\0", Some("audio/mpeg")),
            (b"\xff\xf1\x50\x80\0\0", Some("audio/aac")),
            (b"\xff\xfea\0b\0", None),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0OpusHead", Some("audio/ogg")),
            (b"RF64\xff\xff\xff\xffWAVEds64", Some("audio/wav")),
            (b"RIFF\x24\0\0\0AVI LIST", Some("video/x-msvideo")),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Some("video/webm")),
            (b"#!AMR\n<", Some("audio/amr")),
            (b"\xef\xbb\xbf\r\n%PDF-1.7", Some("application/pdf")),
        ] {
            assert_eq!(format(bytes), expected, "{bytes:?}");
        }
    }
}
