//! Keys of objects in the bucket, and file names in `Content-Disposition`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// All bytes but the unreserved characters of RFC 3986.
const VALUE: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a path of several segments.
pub const PATH: AsciiSet = VALUE.remove(b'/');

/// The maximal length of a file name in a key, in bytes. The row has the whole name. The embedded storage has files that are named by the whole key in
/// base64, with 85 more bytes, and file systems allow 255 bytes: a user's id, the ids of the file and this name are 123 bytes, in base64 164.
const MAX_NAME_BYTES: usize = 40;

/// `{userId}/{id}-{name}`: the key of a completed file.
pub fn object_key(user_id: &str, id: Uuid, file_name: &str) -> String {
    format!("{user_id}/{id}-{}", sanitised(file_name))
}

/// `{userId}/{id}-{random}-{name}`: the key of a completed file that replaces a failed one.
pub fn object_key_again(user_id: &str, id: Uuid, file_name: &str) -> String {
    let random = &Uuid::new_v4().simple().to_string()[..8];
    format!("{user_id}/{id}-{random}-{}", sanitised(file_name))
}

/// `{userId}/staging/{random}`: the key that an upload link allows to write. A registered file is a copy under another key, so that the link can't
/// change it.
pub fn staging_key(user_id: &str) -> String {
    format!("{user_id}/staging/{}", Uuid::new_v4())
}

/// The prefix of all keys of a user.
pub fn prefix(user_id: &str) -> String {
    format!("{user_id}/")
}

/// The name in ASCII letters, digits, `.`, `-` and `_`, so that no reader of keys takes a part of it for a path.
fn sanitised(file_name: &str) -> String {
    let mut name = String::new();
    for c in file_name.chars() {
        let c = if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
        // Runs of `.` and `-` are shortened to one character, so that no `..` remains.
        let run = matches!(c, '.' | '-') && name.ends_with(['.', '-']);
        if !run && name.len() < MAX_NAME_BYTES {
            name.push(c);
        }
    }
    match name.trim_matches(['.', '-']) {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

/// The value of `Content-Disposition` for an attachment (RFC 6266): an ASCII name for old clients, and the whole name by RFC 8187.
pub fn attachment(file_name: &str) -> String {
    // Separators would name folders, and bidirectional marks could disguise the extension.
    let name: String = file_name
        .chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if matches!(c, '/' | '\\') || c.is_control() { '_' } else { c })
        .collect();
    let plain: String = name.chars().map(|c| if c.is_ascii() && !matches!(c, '"' | '%') { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, &VALUE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_sanitised_file_names() {
        let key = |name: &str| object_key("u", Uuid::nil(), name);
        let id = Uuid::nil();
        assert_eq!(key("Boat 1.png"), format!("u/{id}-Boat-1.png"));
        assert_eq!(key("../../etc/passwd"), format!("u/{id}-etc-passwd"));
        assert_eq!(key("a\r\nSet-Cookie: b\0.png"), format!("u/{id}-a-Set-Cookie-b-png"));
        assert_eq!(key("\u{202e}gnp.exe"), format!("u/{id}-gnp.exe"));
        assert_eq!(key("..."), format!("u/{id}-file"));
        assert_eq!(key(&"x".repeat(500)), format!("u/{id}-{}", "x".repeat(40)));
    }

    #[test]
    fn attachment_follows_rfc_6266() {
        assert_eq!(attachment("a.png"), "attachment; filename=\"a.png\"; filename*=UTF-8''a.png");
        assert_eq!(
            attachment("../\"ü\r\n\u{202e}.png"),
            "attachment; filename=\".._____.png\"; filename*=UTF-8''.._%22%C3%BC__.png"
        );
    }
}
