//! `Content-Disposition` of a form's part, as browsers write it (WHATWG HTML, "multipart/form-data encoding"): in a quoted name `"`, CR and LF are
//! `%22`, `%0D` and `%0A`, and a backslash is a backslash. Other clients escape a quotation mark with a backslash, or send `filename*` (RFC 8187).

use percent_encoding::percent_decode;

/// The names of a part.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// The name of the field.
    pub name: Option<String>,
    /// The name of the file. An error where it is not UTF-8.
    pub file_name: Option<Result<String, NotUtf8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8;

impl Disposition {
    /// Reads the header's value. `None` where it is not the one of a form's part.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let (kind, mut rest) = split(value, b';');
        if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") {
            return None;
        }
        let mut found = Self::default();
        let mut extended = None;
        while !rest.trim_ascii().is_empty() {
            let (name, value) = split(rest.trim_ascii_start(), b'=');
            let (value, next) = match value.trim_ascii_start() {
                [b'"', quoted @ ..] => quoted_string(quoted),
                token => {
                    let (token, next) = split(token, b';');
                    (token.trim_ascii().to_vec(), next)
                }
            };
            rest = next;
            match name.trim_ascii().to_ascii_lowercase().as_slice() {
                b"name" => found.name = String::from_utf8(without_escapes(&value)).ok(),
                b"filename" => found.file_name = Some(text(without_escapes(&value))),
                b"filename*" => extended = extended_value(&value),
                _ => {}
            }
        }
        found.file_name = extended.map(Ok).or(found.file_name);
        Some(found)
    }
}

/// The bytes before the first `mark`, and those behind it.
fn split(bytes: &[u8], mark: u8) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == mark) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

/// The bytes up to the closing quotation mark, and what follows the next semicolon. A backslash before the closing mark belongs to the name.
fn quoted_string(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut at = 0;
    let ends = |at: usize| matches!(bytes[at..].trim_ascii_start(), [] | [b';', ..]);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => break,
            b'\\' if bytes.get(at + 1) == Some(&b'"') && !ends(at + 2) => {
                value.push(b'"');
                at += 2;
            }
            byte => {
                value.push(*byte);
                at += 1;
            }
        }
    }
    (value, split(&bytes[at..], b';').1)
}

fn without_escapes(value: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, next)) = rest.split_first() {
        let escaped = rest.get(..3).and_then(|three| match three {
            b"%22" => Some(b'"'),
            b"%0D" | b"%0d" => Some(b'\r'),
            b"%0A" | b"%0a" => Some(b'\n'),
            _ => None,
        });
        decoded.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &rest[3..] } else { next };
    }
    decoded
}

fn text(bytes: Vec<u8>) -> Result<String, NotUtf8> {
    String::from_utf8(bytes).map_err(|_| NotUtf8)
}

/// The value of `filename*`, if it is UTF-8.
fn extended_value(value: &[u8]) -> Option<String> {
    let (charset, rest) = split(value, b'\'');
    let (_language, encoded) = split(rest, b'\'');
    let is_utf8 = charset.eq_ignore_ascii_case(b"utf-8");
    is_utf8.then(|| String::from_utf8(percent_decode(encoded).collect()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Disposition, NotUtf8};

    fn file_name(rest: &[u8]) -> Option<Result<String, NotUtf8>> {
        let found = Disposition::parse(&[b"form-data; name=\"file\"; ", rest].concat())?;
        assert_eq!(found.name.as_deref(), Some("file"));
        found.file_name
    }

    #[test]
    fn names_are_read_as_browsers_write_them() {
        for (written, expected) in [
            (r#"filename="plain.txt""#, "plain.txt"),
            (r#"filename="say %22hi%22.txt""#, r#"say "hi".txt"#),
            (r#"filename="C:\\x;y=z.txt""#, r"C:\\x;y=z.txt"),
            (r#"filename="C:\fakepath\x.txt""#, r"C:\fakepath\x.txt"),
            (r#"filename="ends\""#, r"ends\"),
            (r#"filename="ends\"; size=3"#, r"ends\"),
            (r#"filename="say \"hi\".txt""#, r#"say "hi".txt"#),
            (r#"filename="50% off%2f.txt""#, "50% off%2f.txt"),
            (r#"filename="a%0D%0Ab""#, "a\r\nb"),
            (r#"filename=token.txt"#, "token.txt"),
            (r#"filename="_.txt"; filename*=UTF-8''%C3%BC%20.txt"#, "ü .txt"),
            (r#"filename*=utf-8'en'x; filename="y""#, "x"),
            (r#"filename="""#, ""),
            ("filename=\"cafe\u{301} \u{202e}😀.txt\"", "cafe\u{301} \u{202e}😀.txt"),
        ] {
            assert_eq!(file_name(written.as_bytes()), Some(Ok(expected.to_owned())), "{written}");
        }
        assert_eq!(file_name(b""), None);
        assert_eq!(file_name(b"filename=\"\xfc.txt\""), Some(Err(NotUtf8)));
    }

    #[test]
    fn other_dispositions_are_not_read() {
        assert_eq!(Disposition::parse(b"attachment; filename=\"a\""), None);
        assert_eq!(Disposition::parse(b""), None);
        assert_eq!(Disposition::parse(b"form-data"), Some(Disposition::default()));
    }
}
