//! The middleware. `server.rs` wraps them in this order, the outermost first:
//!
//! 1. [`wire_body`]: every answer, errors of the others included, ends the connection if the body of its request was not read.
//! 2. [`last_answer`]: while the server stops, every answer ends its connection.
//! 3. [`normalize_path`]: all others depend on the path, so the path has one form. It resolves the request's `RouteInfo`, which the others read.
//! 4. [`head`]: a HEAD is a GET whose body is dropped, for all other layers.
//! 5. [`security_headers`]: every answer has them, errors of the inner layers included.
//! 6. [`cors`]: a preflight is answered before any work on the request. A refusal is a problem document.
//! 7. [`request_log`]: request id, span, time limit, log line, metrics, problem documents.
//! 8. [`share`]: a client behind a proxy has a share of requests at once.
//! 9. [`rate_limit`]: a request takes from its budget before it costs anything.
//! 10. [`require_auth`]: 401 comes before 413, 415 and 422.
//! 11. [`check_query`]: unknown parameters are refused where an operation takes none.
//! 12. Compression.
//! 13. [`answer_memory`]: what the client has not read yet counts as the caller's. It sees the answer before it is compressed.

pub mod answer_memory;
pub mod check_query;
pub mod cors;
pub mod head;
pub mod last_answer;
pub mod normalize_path;
pub mod rate_limit;
pub mod request_log;
pub mod require_auth;
pub mod security_headers;
pub mod share;
pub mod wire_body;
