//! Which pages may write with the session cookie. A browser sends the cookie with requests of other sites too; the header `Origin` names the page's origin.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::ORIGIN;

use crate::config::ServerConfig;
use crate::error::{ApiError, ErrorCode};

/// For requests that are authenticated by the cookie.
///
/// # Errors
/// `origin_not_allowed` if the request is a write and its `Origin` is missing or not allowed.
pub fn require_for_cookie_write(request: &HttpRequest, server: &ServerConfig) -> Result<(), ApiError> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    match origin_of(request) {
        Some(origin) if server.allows_origin(origin) => Ok(()),
        _ => Err(refused()),
    }
}

/// For sign-in, which clients without a browser call too.
///
/// # Errors
/// `origin_not_allowed` if the request has an `Origin` that is not allowed. A missing one passes.
pub fn refuse_foreign(request: &HttpRequest, server: &ServerConfig) -> Result<(), ApiError> {
    match origin_of(request) {
        Some(origin) if !server.allows_origin(origin) => Err(refused()),
        _ => Ok(()),
    }
}

fn origin_of(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ORIGIN).map(|value| value.to_str().unwrap_or("null"))
}

fn refused() -> ApiError {
    ApiError::new(
        ErrorCode::OriginNotAllowed,
        "Requests with the session cookie must come from a page of LANDFALL_PUBLIC_URL, or of an origin in LANDFALL_ALLOWED_ORIGINS.",
    )
}
