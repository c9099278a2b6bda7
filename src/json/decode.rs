//! Decodes JSON text to a type. An error has a JSON pointer and a stable code.

use serde::de::DeserializeOwned;

use super::pointer;
use crate::error::{ApiError, ErrorCode, FieldError};

/// Decodes `T`.
///
/// # Errors
/// `malformed_json` for invalid syntax, `validation_failed` with pointer and code for a wrong value.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Tracking the path is slow, so it is done in a second pass after an error only.
    serde_json::from_slice(body).or_else(|_| {
        let mut json = serde_json::Deserializer::from_slice(body);
        let decoded = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = pointer_of(error.path());
            explain(error.into_inner(), path)
        })?;
        json.end().map_err(|error| explain(error, String::new()))?;
        Ok(decoded)
    })
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |parent, segment| match segment {
        Segment::Seq { index } => pointer::join(&parent, index),
        Segment::Map { key: name } | Segment::Enum { variant: name } => pointer::join(&parent, name),
        Segment::Unknown => parent,
    })
}

/// Maps serde's error to a code by its text. serde has no codes, and its texts are stable.
fn explain(error: serde_json::Error, path: String) -> ApiError {
    let text = error.to_string();
    let detail = without_value(text.split(" at line ").next().unwrap_or(&text));
    if !error.is_data() {
        let place = format!("line {}, column {}", error.line(), error.column());
        let field = FieldError::new(path, "malformed_json", detail.clone());
        return ApiError::new(ErrorCode::MalformedJson, format!("{detail} at {place}.")).with_errors(vec![field]);
    }
    let named = detail.split('`').nth(1).unwrap_or_default().to_owned();
    let (code, path) = match detail.split(' ').next() {
        Some("missing") => ("missing_member", pointer::join(&path, named)),
        // The path already ends with the unknown member where serde had read its name.
        Some("unknown") if detail.starts_with("unknown field") && !path.ends_with(&pointer::join("", &named)) => {
            ("unknown_member", pointer::join(&path, named))
        }
        Some("unknown") if detail.starts_with("unknown field") => ("unknown_member", path),
        Some("duplicate") => ("duplicate_member", path),
        _ => ("invalid_value", path),
    };
    ApiError::invalid(vec![FieldError::new(path, code, detail)])
}

/// Removes the value that serde quotes. It may be a secret in the wrong member, and apps log answers.
fn without_value(detail: &str) -> String {
    let (head, tail) = detail.rsplit_once(", expected ").unwrap_or((detail, ""));
    let quotes = ["invalid type: ", "invalid value: ", "unknown variant "].iter().any(|start| head.starts_with(start));
    match head.find(['"', '`']).filter(|_| quotes && !tail.is_empty()) {
        Some(quote) => format!("{}, expected {tail}", head[..quote].trim_end()),
        None => detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is tested")]
    struct Outer {
        items: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is tested")]
    struct Inner {
        name: String,
    }

    fn first_error(body: &str) -> Option<(ErrorCode, String, String)> {
        let error = decode::<Outer>(body.as_bytes()).err()?;
        let field = error.errors.first()?;
        Some((error.code, field.pointer.to_string(), field.code.to_string()))
    }

    fn expect(code: ErrorCode, pointer: &str, word: &str) -> Option<(ErrorCode, String, String)> {
        Some((code, pointer.to_owned(), word.to_owned()))
    }

    #[test]
    fn error_has_the_pointer_and_code() {
        use ErrorCode::{MalformedJson, ValidationFailed};
        assert_eq!(
            first_error(r#"{"items":[{"name":"a"},{}]}"#),
            expect(ValidationFailed, "/items/1/name", "missing_member")
        );
        assert_eq!(
            first_error(r#"{"items":[{"name":1}]}"#),
            expect(ValidationFailed, "/items/0/name", "invalid_value")
        );
        assert_eq!(
            first_error(r#"{"items":[{"name":"a","x":1}]}"#),
            expect(ValidationFailed, "/items/0/x", "unknown_member")
        );
        assert_eq!(
            first_error(r#"{"items":[{"name":"\ud800"}]}"#),
            expect(MalformedJson, "/items/0/name", "malformed_json")
        );
        assert_eq!(first_error(r#"{"items":[]} x"#), expect(MalformedJson, "", "malformed_json"));
        assert_eq!(first_error("{"), expect(MalformedJson, "", "malformed_json"));
        assert!(decode::<Outer>(br#"{"items":[{"name":"a"}]}"#).is_ok());
    }

    #[test]
    fn error_names_the_expected_type_and_not_the_value() {
        let kept = |text| without_value(text);
        assert_eq!(
            kept(r#"invalid type: string "s3cret, expected", expected u64"#),
            "invalid type: string, expected u64"
        );
        assert_eq!(
            kept("unknown variant `s3cret`, expected `user` or `tool`"),
            "unknown variant, expected `user` or `tool`"
        );
        assert_eq!(kept("invalid type: map, expected a string"), "invalid type: map, expected a string");
        assert_eq!(kept("missing field `name`"), "missing field `name`");
    }
}
