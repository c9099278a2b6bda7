//! Decodes JSON text to a type. Errors have JSON pointers, stable codes, and texts for people.

use serde::de::DeserializeOwned;

use super::check::{Check, ValidationErrors};
use super::mend;
use crate::error::ApiError;

/// Decodes `T`.
///
/// # Errors
/// `malformed_json` for invalid syntax, `validation_failed` with everything that does not fit the type.
pub fn decode<T: DeserializeOwned>(text: &[u8]) -> Result<T, ApiError> {
    // Tracking the path is slow, so it is done after an error only.
    serde_json::from_slice(text).or_else(|_| mend::decode_all(text, |_, _| ()))
}

/// Decodes `T` and checks it.
///
/// # Errors
/// `malformed_json` for invalid syntax, `validation_failed` with everything that does not fit the type or its checks.
pub fn decode_checked<T: DeserializeOwned + Check>(text: &[u8]) -> Result<T, ApiError> {
    decode_with(text, T::check)
}

/// Decodes `T` and checks it by a function.
///
/// # Errors
/// As [`decode_checked`].
pub fn decode_with<T: DeserializeOwned>(
    text: &[u8],
    check: impl FnOnce(&T, &mut ValidationErrors),
) -> Result<T, ApiError> {
    let value = match serde_json::from_slice::<T>(text) {
        Ok(value) => value,
        Err(_) => return mend::decode_all(text, check),
    };
    let mut errors = ValidationErrors::default();
    check(&value, &mut errors);
    errors.into_result().map(|()| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::objects;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is tested")]
    struct Outer {
        #[serde(deserialize_with = "objects")]
        items: Vec<Inner>,
        note: Option<String>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is tested")]
    struct Inner {
        name: String,
        #[serde(default)]
        role: Role,
        id: Option<uuid::Uuid>,
    }

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Role {
        #[default]
        User,
        Tool,
    }

    impl Check for Outer {
        fn check(&self, errors: &mut ValidationErrors) {
            errors.optional_text("note", self.note.as_deref(), 1, 3);
        }
    }

    fn errors(body: &str) -> Vec<(String, String)> {
        let error = decode_checked::<Outer>(body.as_bytes()).err();
        let all = error.map(|error| error.errors).unwrap_or_default();
        all.into_iter().map(|error| (error.pointer.into_owned(), error.code.into_owned())).collect()
    }

    fn expected(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn one_error_has_its_pointer_and_code() {
        for (body, pointer, code) in [
            (r#"{"items":[{"name":"a"},{}]}"#, "/items/1/name", "missing_member"),
            (r#"{"items":[{"name":1}]}"#, "/items/0/name", "invalid_value"),
            (r#"{"items":[{"name":"a","x":1}]}"#, "/items/0/x", "unknown_member"),
            (r#"{"items":[{"name":"a","name":"b"}]}"#, "/items/0/name", "duplicate_member"),
            (r#"{"items":[{"name":"a","role":null}]}"#, "/items/0/role", "invalid_value"),
            (r#"{"items":[{"name":1e999}]}"#, "/items/0/name", "invalid_value"),
            (r#"{"items":[[]]}"#, "/items/0", "invalid_value"),
            (r#"{"items":{}}"#, "/items", "invalid_value"),
            (r#"{"items":[],"note":"long"}"#, "/note", "too_long"),
            (r#"{"items":[{"name":"\ud800"}]}"#, "/items/0/name", "malformed_json"),
            (r#"{"items":[]} x"#, "", "malformed_json"),
            ("{", "", "malformed_json"),
            ("[]", "", "invalid_value"),
        ] {
            assert_eq!(errors(body), expected(&[(pointer, code)]), "{body}");
        }
        assert!(decode::<Outer>(br#"{"items":[{"name":"a"}]}"#).is_ok());
    }

    #[test]
    fn all_errors_are_listed() {
        let body = r#"{"x":1,"items":[{"y":2},{"name":5,"role":"king","id":"7"},{"name":"a","role":4},3],"note":"long","z/~":{}}"#;
        let all = [
            ("/x", "unknown_member"),
            ("/items/0/y", "unknown_member"),
            ("/items/0/name", "missing_member"),
            ("/items/1/name", "invalid_value"),
            ("/items/1/role", "invalid_value"),
            ("/items/1/id", "invalid_value"),
            ("/items/2/role", "invalid_value"),
            ("/items/3", "invalid_value"),
            ("/z~1~0", "unknown_member"),
            ("/note", "too_long"),
        ];
        assert_eq!(errors(body), expected(&all));
    }

    #[test]
    fn list_of_errors_ends() {
        let many = vec!["{}"; 500].join(",");
        assert_eq!(errors(&format!(r#"{{"items":[{many}]}}"#)).len(), 50);
        let large = format!(r#"{{"items":[{{}},{{}},{{}}],"note":"{}"}}"#, "x".repeat(20_000_000));
        assert_eq!(errors(&large), expected(&[("/items/0/name", "missing_member")]));
    }

    #[test]
    fn texts_are_for_people() {
        let details = |body: &str| -> Vec<String> {
            let error = decode::<Outer>(body.as_bytes()).err();
            error.into_iter().flat_map(|error| error.errors).map(|error| error.detail).collect()
        };
        let body = r#"{"items":[{"x":1},{"name":5,"role":"s3cret","id":"7"},{"name":"a","role":4}]}"#;
        assert_eq!(
            details(body),
            [
                "is not known here; known are name, role, id",
                "is required",
                "must be a string",
                "must be one of user, tool",
                "must be a UUID",
                "must be one of user, tool",
            ]
        );
    }
}
