//! The middleware. `server.rs` wraps them in this order, the outermost first:
//!
//! 1. [`normalize_path`]: all others depend on the path, so the path has one form. It resolves the request's `RouteInfo`, which the others read.
//! 2. [`security_headers`]: every answer has them, errors of the inner layers included.
//! 3. [`cors`]: a preflight is answered before any work on the request.
//! 4. [`request_log`]: request id, span, time limit, log line, metrics, problem documents.
//! 5. [`rate_limit`]: a request takes from its budget before it costs anything.
//! 6. [`require_auth`]: 401 comes before 413, 415 and 422.

pub mod cors;
pub mod normalize_path;
pub mod rate_limit;
pub mod request_log;
pub mod require_auth;
pub mod security_headers;
