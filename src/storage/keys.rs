//! Names: keys in the bucket, which the server makes, and file names on their way out.

use uuid::Uuid;

/// Of the name of a file in its key.
const MAX_NAME_BYTES: usize = 100;

/// `{userId}/{id}-{name}`: where a file's bytes end up.
pub fn object_key(user_id: &str, id: Uuid, file_name: &str) -> String {
    format!("{user_id}/{id}-{}", sanitised(file_name))
}

/// `{userId}/{id}-{random}-{name}`: the same for another try.
pub fn object_key_again(user_id: &str, id: Uuid, file_name: &str) -> String {
    let random = &Uuid::new_v4().simple().to_string()[..8];
    format!("{user_id}/{id}-{random}-{}", sanitised(file_name))
}

/// `{userId}/staging/{random}`: where links for uploading lead. What is registered is a copy, so that such a link can change nothing any more.
pub fn staging_key(user_id: &str) -> String {
    format!("{user_id}/staging/{}", Uuid::new_v4())
}

/// What all keys of a person begin with.
pub fn prefix(user_id: &str) -> String {
    format!("{user_id}/")
}

/// ASCII letters, digits, `.`, `-` and `_`; nothing that any reader of keys could take for a path.
fn sanitised(file_name: &str) -> String {
    let mut name = String::new();
    for c in file_name.chars() {
        let c = if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
        // No runs: neither `..` nor a row of dashes.
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

/// `attachment` with the name, by RFC 6266: plain ASCII for old readers, and all of it by RFC 8187.
pub fn attachment(file_name: &str) -> String {
    // Separators would name folders, and marks of direction could turn an ending round.
    let name: String = file_name
        .chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if matches!(c, '/' | '\\') || c.is_control() { '_' } else { c })
        .collect();
    let plain: String = name.chars().map(|c| if c.is_ascii() && !matches!(c, '"' | '%') { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encode(&name, b""))
}

/// Everything but unreserved characters (RFC 3986) and `keep` as `%XX`.
pub fn percent_encode(text: &str, keep: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ if keep.contains(&byte) => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_nothing_but_plain_names() {
        let key = |name: &str| object_key("u", Uuid::nil(), name);
        let id = Uuid::nil();
        assert_eq!(key("Boat 1.png"), format!("u/{id}-Boat-1.png"));
        assert_eq!(key("../../etc/passwd"), format!("u/{id}-etc-passwd"));
        assert_eq!(key("a\r\nSet-Cookie: b\0.png"), format!("u/{id}-a-Set-Cookie-b-png"));
        assert_eq!(key("\u{202e}gnp.exe"), format!("u/{id}-gnp.exe"));
        assert_eq!(key("..."), format!("u/{id}-file"));
        assert!(key(&"ä.".repeat(500)).len() < 150);
    }

    #[test]
    fn attachments_are_named_by_rfc_6266() {
        assert_eq!(attachment("a.png"), "attachment; filename=\"a.png\"; filename*=UTF-8''a.png");
        assert_eq!(
            attachment("../\"ü\r\n\u{202e}.png"),
            "attachment; filename=\".._____.png\"; filename*=UTF-8''.._%22%C3%BC__.png"
        );
    }
}
