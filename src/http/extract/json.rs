//! JSON bodies: read up to a limit, decoded with pointers to what is wrong, and checked.

use actix_web::dev::{Decompress, Payload};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ErrorCode};
use crate::http::deadline::BodyProgress;
use crate::json::{Check, Object, decode};
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
            require_json(&request)?;
            let body = read_body(&request, payload, ordinary_limit(&request)).await?;
            let value = decode::<Option<Object<T>>>(&body)?.map(|Object(value)| value).unwrap_or_default();
            value.checked()?;
            Ok(Self(value))
        }
        .boxed_local()
    }
}

fn ordinary_limit(request: &HttpRequest) -> usize {
    request.app_data::<Data<AppState>>().map_or(0, |state| state.config.server.max_body_bytes)
}

/// Reads at most `limit` bytes, decodes and checks them.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`, `bad_request`, `malformed_json` or `validation_failed`.
pub async fn read<T: DeserializeOwned + Check>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<T, ApiError> {
    require_json(request)?;
    let body = read_body(request, payload, limit).await?;
    let Object(value): Object<T> = decode(&body)?;
    value.checked()?;
    Ok(value)
}

/// # Errors
/// `unsupported_media_type` for a body of any other type.
pub fn require_json(request: &HttpRequest) -> Result<(), ApiError> {
    // `application/json`, with or without parameters. A form can't send it, which is a second protection against foreign pages.
    if request.content_type().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let got = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("none");
    Err(ApiError::new(ErrorCode::UnsupportedMediaType, format!("The body's content-type is {got:?}.")))
}

/// Reads at most `limit` bytes, counted after decompression.
async fn read_body(request: &HttpRequest, payload: Payload, limit: usize) -> Result<BytesMut, ApiError> {
    let too_large = || ApiError::new(ErrorCode::PayloadTooLarge, format!("The body may have {limit} bytes at most."));
    let declared = request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > limit) {
        return Err(too_large());
    }
    let mut progress = BodyProgress::of(request);
    let mut body = BytesMut::with_capacity(declared.unwrap_or(0));
    let mut chunks = Decompress::from_headers(payload, request.headers());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk
            .map_err(|error| ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole.").caused_by(error))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
        progress.received(chunk.len());
    }
    progress.done();
    Ok(body)
}
