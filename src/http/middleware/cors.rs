//! Which pages of other origins may read answers and write with credentials: those that may write with the session cookie
//! (`ServerConfig::allows_origin`), and no others.

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};

use super::rate_limit;
use crate::config::Config;
use crate::http::extract::caller::EXPECTED_USER;
use crate::http::problem::REQUEST_ID;

/// Request headers that scripts of other origins may send, besides those that browsers always allow.
const REQUEST_HEADERS: [HeaderName; 6] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    IF_MATCH,
    IF_NONE_MATCH,
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static(EXPECTED_USER),
];
/// Response headers that scripts of other origins may read.
const RESPONSE_HEADERS: [HeaderName; 8] = [
    ETAG,
    LOCATION,
    RETRY_AFTER,
    REQUEST_ID,
    rate_limit::LIMIT,
    rate_limit::REMAINING,
    rate_limit::RESET,
    rate_limit::POLICY,
];
const PREFLIGHT_MAX_AGE_SECS: usize = 3600;

/// The CORS middleware of a server with this configuration.
pub fn cors(config: &Arc<Config>) -> Cors {
    let config = config.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| origin.to_str().is_ok_and(|origin| config.server.allows_origin(origin)))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .supports_credentials()
        .max_age(PREFLIGHT_MAX_AGE_SECS)
}
