//! The first error of a text that can't be decoded, with its place.

use serde::de::{DeserializeOwned, IgnoredAny};

use super::place::Place;
use super::pointer;
use super::wording;
use crate::error::{ApiError, ErrorCode, FieldError};

/// The first error of a text.
pub struct Failure {
    pub pointer: String,
    pub code: &'static str,
    pub detail: String,
    /// Line and column of an error of syntax.
    pub syntax_at: Option<(usize, usize)>,
}

/// Decodes `T` and tracks where it fails.
///
/// # Errors
/// The place and the reason of the first failure.
pub fn tracked<T: DeserializeOwned>(text: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let decoded = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = pointer_of(error.path());
        Failure::of(error.into_inner(), path, text)
    })?;
    json.end().map_err(|error| Failure::of(error, String::new(), text))?;
    Ok(decoded)
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |parent, segment| match segment {
        Segment::Seq { index } => pointer::join(&parent, index),
        Segment::Map { key: name } | Segment::Enum { variant: name } => pointer::join(&parent, name),
        Segment::Unknown => parent,
    })
}

impl Failure {
    /// Maps serde's error to a code by its text. serde has no codes, and its texts are stable.
    fn of(error: serde_json::Error, path: String, text: &[u8]) -> Self {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        if !error.is_data() {
            // serde_json reports a number, a list or null in place of a word, and a number out of range, as errors of syntax.
            let value = std::str::from_utf8(text).ok().and_then(|text| Place::of(&path).value(text));
            let is_json = || serde_json::from_slice::<IgnoredAny>(text).is_ok();
            if value.is_some_and(|value| !value.starts_with('"')) && is_json() {
                return Self {
                    pointer: path,
                    code: "invalid_value",
                    detail: wording::of_value(message),
                    syntax_at: None,
                };
            }
            let syntax_at = Some((error.line(), error.column()));
            return Self { pointer: path, code: "malformed_json", detail: message.to_owned(), syntax_at };
        }
        let (code, named, detail) = wording::of_data(message);
        let pointer = match named {
            // The path already ends with an unknown member where serde had read its name.
            Some(named) if code != "unknown_member" || !path.ends_with(&pointer::join("", named)) => {
                pointer::join(&path, named)
            }
            _ => path,
        };
        Self { pointer, code, detail, syntax_at: None }
    }

    /// The error of a request with this failure.
    pub fn into_error(self) -> ApiError {
        let Self { pointer, code, detail, syntax_at } = self;
        let Some((line, column)) = syntax_at else {
            return ApiError::invalid(vec![FieldError::new(pointer, code, detail)]);
        };
        ApiError::new(ErrorCode::MalformedJson, format!("{detail} at line {line}, column {column}."))
            .with_errors(vec![FieldError::new(pointer, code, detail)])
    }
}
