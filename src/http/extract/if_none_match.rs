//! `If-None-Match`: an answer that the client has already is a 304 without a body.

use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::error::ApiError;

/// Whether the request names this entity tag. Weak tags are equal to strong ones, because a proxy that compresses makes them weak.
pub fn has_tag(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|tags| {
        tags.split(',').any(|tag| matches!(tag.trim().trim_start_matches("W/"), known if known == etag || known == "*"))
    })
}

/// A tag of these bytes.
pub fn tag_of(bytes: &[u8]) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest(&SHA256, bytes).as_ref()[..15]))
}

/// `body` as JSON with the tag of its bytes, or the 304 if the client has it.
///
/// # Errors
/// `internal` if `body` does not serialize.
pub fn json(request: &HttpRequest, body: &impl Serialize) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let etag = tag_of(&body);
    if has_tag(request, &etag) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    Ok(HttpResponse::Ok().insert_header((ETAG, etag)).content_type("application/json").body(body))
}
