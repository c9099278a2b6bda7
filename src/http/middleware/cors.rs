//! Which pages of other origins may read answers and write with credentials: those that may write with the session cookie
//! (`ServerConfig::allows_origin`), and no others.

use std::sync::Arc;

use actix_cors::{Cors, CorsError};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION,
    ORIGIN, RETRY_AFTER, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _};
use uuid::Uuid;

use super::rate_limit;
use crate::config::Config;
use crate::error::{ApiError, ErrorCode};
use crate::http::extract::caller::EXPECTED_USER;
use crate::http::problem::{LateError, REQUEST_ID, RequestContext};
use crate::http::route_info::RouteInfo;
use crate::trace::TRACEPARENT;

/// Request headers that scripts of other origins may send, besides those that browsers always allow.
const REQUEST_HEADERS: [HeaderName; 7] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    IF_MATCH,
    IF_NONE_MATCH,
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static(EXPECTED_USER),
    HeaderName::from_static(TRACEPARENT),
];
/// Response headers that scripts of other origins may read.
const RESPONSE_HEADERS: [HeaderName; 9] = [
    ETAG,
    LINK,
    LOCATION,
    RETRY_AFTER,
    REQUEST_ID,
    rate_limit::LIMIT,
    rate_limit::REMAINING,
    rate_limit::RESET,
    rate_limit::POLICY,
];
const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// The longest part of an origin that a problem quotes, in characters.
const MAX_QUOTED_CHARS: usize = 200;
const PREFLIGHT_MAX_AGE_SECS: usize = 3600;

/// The CORS middleware of a server with this configuration.
pub fn cors(config: &Arc<Config>) -> Cors {
    let config = config.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| origin.to_str().is_ok_and(|origin| config.server.allows_origin(origin)))
        .allowed_methods(METHODS)
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .supports_credentials()
        .max_age(PREFLIGHT_MAX_AGE_SECS)
}

/// Renders the refusal of a preflight as a problem document. Browsers show it in their network tools.
///
/// # Errors
/// Those of the inner layers.
pub async fn explain_refusal<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    if request.method() != Method::OPTIONS {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let response = next.call(request).await?;
    let refusal = response.response().error().and_then(|error| error.as_error::<CorsError>());
    let Some(error) = refusal.map(|refusal| explain(refusal, response.request().headers())) else {
        return Ok(response.map_into_left_body());
    };
    let context = RequestContext {
        instance: response.request().path().to_owned(),
        request_id: Uuid::now_v7().to_string(),
        area: RouteInfo::of(response.request()).area(),
    };
    let mut problem = LateError { error, context }.error_response();
    // A cache must not give one page the refusal of another.
    let vary = HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    problem.headers_mut().insert(VARY, vary);
    Ok(response.into_response(problem).map_into_right_body())
}

fn explain(refusal: &CorsError, headers: &HeaderMap) -> ApiError {
    match refusal {
        CorsError::MethodNotAllowed | CorsError::BadRequestMethod | CorsError::MissingRequestMethod => {
            let methods = METHODS.map(|method| method.to_string()).join(", ");
            let detail = format!("Pages of other origins may use {methods}. No setting allows another method.");
            ApiError::new(ErrorCode::Forbidden, detail)
        }
        CorsError::HeadersNotAllowed | CorsError::BadRequestHeaders => {
            let names = REQUEST_HEADERS.map(|name| name.to_string()).join(", ");
            let detail =
                format!("Pages of other origins may send the headers {names}. No setting allows another header.");
            ApiError::new(ErrorCode::Forbidden, detail)
        }
        _ => {
            let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or("null");
            let origin: String = origin.chars().take(MAX_QUOTED_CHARS).collect();
            let detail =
                format!("Pages of {origin} may not call this server: the origin is not in LANDFALL_ALLOWED_ORIGINS.");
            ApiError::new(ErrorCode::OriginNotAllowed, detail)
        }
    }
}
