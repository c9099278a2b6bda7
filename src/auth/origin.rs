//! Which pages may write with the session cookie. A browser sends the cookie with other sites' requests too; it also says, in
//! `Origin`, whose page it was.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::ORIGIN;

use crate::config::ServerConfig;
use crate::error::{ApiError, ErrorCode};

/// For requests that carry the cookie: reads pass, writes need an allowed `Origin`.
pub fn require_for_cookie_write(request: &HttpRequest, server: &ServerConfig) -> Result<(), ApiError> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    match origin_of(request) {
        Some(origin) if is_allowed(origin, server) => Ok(()),
        _ => Err(refused()),
    }
}

/// For sign-in, which programs without a browser do too: an `Origin` may be missing, but not be foreign.
pub fn refuse_foreign(request: &HttpRequest, server: &ServerConfig) -> Result<(), ApiError> {
    match origin_of(request) {
        Some(origin) if !is_allowed(origin, server) => Err(refused()),
        _ => Ok(()),
    }
}

fn origin_of(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ORIGIN).map(|value| value.to_str().unwrap_or("null"))
}

/// The one list: for cookie writes, sign-in and where it leads, and reading answers across origins.
pub fn is_allowed(origin: &str, server: &ServerConfig) -> bool {
    origin == server.public_url
        || server.allowed_origins.iter().any(|allowed| allowed == origin)
        || (server.allow_loopback_origins && is_loopback(origin))
}

/// `http://localhost` and the loopback addresses, on any port: development servers of frontends.
fn is_loopback(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else { return false };
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn refused() -> ApiError {
    ApiError::new(
        ErrorCode::OriginNotAllowed,
        "Requests with the session cookie must come from a page of this site, or from an origin in LANDFALL_ALLOWED_ORIGINS.",
    )
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_is_the_host_and_nothing_that_looks_like_it() {
        for origin in ["http://localhost:5173", "http://localhost", "http://127.0.0.1:80", "http://[::1]:3000"] {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in [
            "http://localhost.evil.example",
            "http://evil.example:80",
            "https://localhost",
            "http://localhost:80.evil.example",
            "null",
        ] {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
