//! What is text: bytes in UTF-8, in UTF-16 with a byte order mark, or in a character set of one or more bytes such as Windows-1252. Its content is
//! not looked at, because no reader executes a text: links deliver it as an attachment.

/// How many of a file's first bytes are read.
pub const HEAD_BYTES: usize = 8192;

/// Whether a file that begins with these bytes may be text. It is not where the bytes are binary: a U+0000, or outside UTF-8 another byte that the
/// WHATWG standard "MIME sniffing" calls binary.
pub fn is_text(head: &[u8]) -> bool {
    let units = |of: fn([u8; 2]) -> u16| head.chunks_exact(2).map(move |pair| of([pair[0], pair[1]]));
    match head {
        [0xff, 0xfe, ..] => units(u16::from_le_bytes).all(|unit| unit != 0),
        [0xfe, 0xff, ..] => units(u16::from_be_bytes).all(|unit| unit != 0),
        _ if head.contains(&0) => false,
        _ => is_utf8(head) || !head.iter().any(|byte| is_binary(*byte)),
    }
}

fn is_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        // The first bytes may end inside a character.
        Err(error) => error.error_len().is_none() && head.len() >= HEAD_BYTES,
    }
}

fn is_binary(byte: u8) -> bool {
    matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn text_in_any_character_set_is_text() {
        let utf16 = |of: fn(u16) -> [u8; 2]| "\u{feff}Größe;1\r\n".encode_utf16().flat_map(of).collect::<Vec<u8>>();
        for text in [
            "BMW und Tee, für zwei".as_bytes(),
            b"\xef\xbb\xbfName;Preis",
            b"Gr\xf6\xdfe;5 \x80\r\n",
            b"<h1 align=\"center\">Tide</h1>",
            b"\x1b[31mred\x1b[0m",
            "page\u{b}break".as_bytes(),
            b"",
            &utf16(u16::to_le_bytes),
            &utf16(u16::to_be_bytes),
        ] {
            assert!(is_text(text), "{text:?}");
        }
    }

    #[test]
    fn binary_bytes_are_no_text() {
        for binary in
            [&b"a\0b"[..], b"\xff\xfea\0\0\0", b"\x89PNG\r\n\x1a\n\x01", b"\x1f\x8b\x08\x04", b"\xff\xfb\x90\x04"]
        {
            assert!(!is_text(binary), "{binary:?}");
        }
    }
}
