//! JSON bodies: read up to a limit, decoded with pointers to what is wrong, and checked.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ErrorCode};
use crate::excerpt::Quoted;
use crate::http::body::read_body;
use crate::http::extract::caller::known_caller;
use crate::json::check::ValidationErrors;
use crate::json::{BYTE_ORDER_MARK, Check, Object, decode_with, is_written_larger_than};
use crate::state::AppState;

/// A body that is read, decoded and checked. At most `LANDFALL_MAX_BODY_BYTES`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Check + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move { read(&request, payload, ordinary_limit(&request)).await.map(Self) }.boxed_local()
    }
}

/// The same for a body that may be absent or null: then it is the default.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default + Check + 'static> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            let has = |name| request.headers().get(name).is_some_and(|value| value != "0");
            if !has(CONTENT_LENGTH) && !has(TRANSFER_ENCODING) {
                return Ok(Self(T::default()));
            }
            let value = read_value(&request, payload, ordinary_limit(&request), Option::<Object<T>>::check).await?;
            Ok(Self(value.map(|Object(value)| value).unwrap_or_default()))
        }
        .boxed_local()
    }
}

/// The limit of a body without a document.
pub fn ordinary_limit(request: &HttpRequest) -> usize {
    request.app_data::<Data<AppState>>().map_or(0, |state| state.config.server.max_body_bytes)
}

/// The limit of a body that may hold a project's document: twice that of the document, because blanks between its members don't count.
pub fn document_limit(request: &HttpRequest) -> usize {
    request.app_data::<Data<AppState>>().map_or(0, |state| state.config.document_body_bytes())
}

/// A body that may hold a project's document, and is otherwise like [`Json`].
pub struct DocumentJson<T>(pub T);

impl<T: DeserializeOwned + Check + 'static> FromRequest for DocumentJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move { read(&request, payload, document_limit(&request)).await.map(Self) }.boxed_local()
    }
}

/// Reads at most `limit` bytes, decodes and checks them.
///
/// # Errors
/// Those of [`require_json`] and [`read_body`], `malformed_json` or `validation_failed`.
pub async fn read<T: DeserializeOwned + Check>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<T, ApiError> {
    read_with(request, payload, limit, T::check).await
}

/// [`read`] with another check.
///
/// # Errors
/// As [`read`].
pub async fn read_with<T: DeserializeOwned + Check>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    check: impl FnOnce(&T, &mut ValidationErrors),
) -> Result<T, ApiError> {
    let check = |Object(value): &Object<T>, errors: &mut ValidationErrors| check(value, errors);
    let Object(value) = read_value(request, payload, limit, check).await?;
    Ok(value)
}

async fn read_value<T: DeserializeOwned + Check>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    check: impl FnOnce(&T, &mut ValidationErrors),
) -> Result<T, ApiError> {
    require_json(request).await?;
    let body = read_body(request, payload, limit).await?;
    let value = decode_with(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&body), check)?;
    // The numbers of free JSON are stored with all their digits, and read again by every device.
    if T::IS_LIMITED_AS_WRITTEN && is_written_larger_than(&body, limit) {
        return Err(written_too_large(limit));
    }
    Ok(value)
}

/// The error of a body whose free JSON is written with more than `limit` bytes.
pub fn written_too_large(limit: usize) -> ApiError {
    let detail = format!("With all digits of its numbers, the body may have {limit} bytes at most.");
    ApiError::new(ErrorCode::PayloadTooLarge, detail)
}

/// Takes `application/json`, with or without parameters. A body without a type, and `text/plain`, which is what browsers call a text, are taken as JSON if the
/// request has a session: a foreign page can send such a body, but not with a bearer token, and the origin of a cookie's page is checked.
///
/// # Errors
/// `unsupported_media_type` for any other body, and those of finding the caller.
pub async fn require_json(request: &HttpRequest) -> Result<(), ApiError> {
    let kind = request.content_type();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let has_no_kind = !request.headers().contains_key(CONTENT_TYPE) || kind.eq_ignore_ascii_case("text/plain");
    if has_no_kind && known_caller(request).await?.is_some() {
        return Ok(());
    }
    let given = request.headers().get(CONTENT_TYPE).map_or("none", |value| value.to_str().unwrap_or("?"));
    let detail = format!("The body's content-type is {}.", Quoted(given));
    Err(ApiError::new(ErrorCode::UnsupportedMediaType, detail))
}
