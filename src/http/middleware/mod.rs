//! The middleware. `server.rs` wraps them in this order, the outermost first:
//!
//! 1. [`wire_body`]: every answer, errors of the others included, ends the connection if the body of its request was not read.
//! 2. [`normalize_path`]: all others depend on the path, so the path has one form. It resolves the request's `RouteInfo`, which the others read.
//! 3. [`head`]: a HEAD is a GET whose body is dropped, for all other layers.
//! 4. [`security_headers`]: every answer has them, errors of the inner layers included.
//! 5. [`cors`]: a preflight is answered before any work on the request. A refusal is a problem document.
//! 6. [`request_log`]: request id, span, time limit, log line, metrics, problem documents.
//! 7. [`share`]: a client behind a proxy has a share of requests at once.
//! 8. [`rate_limit`]: a request takes from its budget before it costs anything.
//! 9. [`require_auth`]: 401 comes before 413, 415 and 422.
//! 10. [`check_query`]: unknown parameters are refused where an operation takes none.
//! 11. Compression.
//! 12. [`answer_memory`]: what the client has not read yet counts as the caller's. It sees the answer before it is compressed.

pub mod answer_memory;
pub mod check_query;
pub mod cors;
pub mod head;
pub mod normalize_path;
pub mod rate_limit;
pub mod request_log;
pub mod require_auth;
pub mod security_headers;
pub mod share;
pub mod wire_body;
