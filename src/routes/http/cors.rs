//! Which pages of other origins may read answers and write with credentials: those of the list that guards the cookie, and no other.

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};

use super::limit;
use super::problem::REQUEST_ID;
use crate::auth::extractor::EXPECTED_USER;
use crate::auth::origin;
use crate::config::Config;

/// What scripts of other origins may send besides what every page may.
const REQUEST_HEADERS: [HeaderName; 6] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    IF_MATCH,
    IF_NONE_MATCH,
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static(EXPECTED_USER),
];
/// What they may read.
const RESPONSE_HEADERS: [HeaderName; 8] =
    [ETAG, LOCATION, RETRY_AFTER, REQUEST_ID, limit::LIMIT, limit::REMAINING, limit::RESET, limit::POLICY];
const PREFLIGHT_HOLDS_SECS: usize = 3600;

pub fn cors(config: &Arc<Config>) -> Cors {
    let config = config.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| {
            origin.to_str().is_ok_and(|origin| origin::is_allowed(origin, &config.server))
        })
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .supports_credentials()
        .max_age(PREFLIGHT_HOLDS_SECS)
}
