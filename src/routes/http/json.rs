//! JSON bodies: limited, decoded with pointers to what is wrong, checked.

use actix_web::dev::{Decompress, Payload};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::de::DeserializeOwned;

use crate::app::AppState;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::wire::{Check, Object};

/// A body that has been read, decoded and checked.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Check + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            require_json(&request)?;
            let limit = request.app_data::<Data<AppState>>().map_or(0, |state| state.config.server.max_body_bytes);
            let body = read_body(&request, payload, limit).await?;
            let value: T = decode(&body)?;
            value.checked()?;
            Ok(Self(value))
        }
        .boxed_local()
    }
}

fn require_json(request: &HttpRequest) -> Result<(), ApiError> {
    // `application/json`, with parameters or without. A form can't send it, which is a second wall against foreign pages.
    if request.content_type().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let got = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("none");
    Err(ApiError::new(ErrorCode::UnsupportedMediaType, format!("The body's content-type is {got:?}.")))
}

/// Reads at most `limit` bytes, counted after decompression: a bomb ends where it becomes too large.
async fn read_body(request: &HttpRequest, payload: Payload, limit: usize) -> Result<BytesMut, ApiError> {
    let too_large = || ApiError::new(ErrorCode::PayloadTooLarge, format!("The body may have {limit} bytes at most."));
    let announced = request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(announced.unwrap_or(0));
    let mut chunks = Decompress::from_headers(payload, request.headers());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk
            .map_err(|error| ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole.").caused_by(error))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Following the path costs time that only errors are worth: decode plainly, and again with the path if that failed.
    let plain = serde_json::from_slice(body).map(|Object(value)| value);
    plain.or_else(|_| {
        let mut json = serde_json::Deserializer::from_slice(body);
        let Object(decoded) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = pointer(error.path());
            explain(error.into_inner(), path)
        })?;
        json.end().map_err(|error| explain(error, String::new()))?;
        Ok(decoded)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// serde says what is wrong in words only; the words of its own errors are stable.
fn explain(error: serde_json::Error, path: String) -> ApiError {
    let text = error.to_string();
    let detail = text.split(" at line ").next().unwrap_or(&text).to_owned();
    if !error.is_data() {
        let place = format!("line {}, column {}", error.line(), error.column());
        let field = FieldError::new(path, "malformed_json", detail.clone());
        return ApiError::new(ErrorCode::MalformedJson, format!("{detail} at {place}.")).with_errors(vec![field]);
    }
    let named = detail.split('`').nth(1).unwrap_or_default().to_owned();
    let (code, path) = match detail.split(' ').next() {
        Some("missing") => ("missing_member", format!("{path}/{named}")),
        // The path ends with the unknown member already where serde had read its name.
        Some("unknown") if detail.starts_with("unknown field") && !path.ends_with(&format!("/{named}")) => {
            ("unknown_member", format!("{path}/{named}"))
        }
        Some("unknown") if detail.starts_with("unknown field") => ("unknown_member", path),
        Some("duplicate") => ("duplicate_member", path),
        _ => ("invalid_value", path),
    };
    ApiError::invalid(vec![FieldError::new(path, code, detail)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is tested")]
    struct Outer {
        #[serde(deserialize_with = "crate::wire::objects")]
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
    fn points_to_what_is_wrong() {
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
        assert_eq!(first_error(r#"[[]]"#), expect(ValidationFailed, "", "invalid_value"));
        assert_eq!(first_error(r#"{"items":[["a"]]}"#), expect(ValidationFailed, "/items/0", "invalid_value"));
        assert_eq!(first_error("{"), expect(MalformedJson, "", "malformed_json"));
        assert!(decode::<Outer>(br#"{"items":[{"name":"a"}]}"#).is_ok());
    }
}
