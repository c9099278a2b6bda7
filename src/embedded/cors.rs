//! CORS of the embedded S3 server. Every origin is allowed: the presigned URL is the permission, and no cookie is sent.

use hyper::body::Incoming;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, StatusCode};
use s3s::service::S3Service;
use s3s::{Body, HttpError, HttpResponse};

use super::open_uploads::OpenUploads;
use super::signed_headers;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, PUT");
const EXPOSED: HeaderValue = HeaderValue::from_static("ETag, Content-Length, Content-Range, Content-Disposition");
/// Chromium caches a preflight for two hours at most.
const MAX_AGE_SECS: HeaderValue = HeaderValue::from_static("7200");

/// The answer of the S3 service with CORS headers. Browsers detect no other type than the declared one.
///
/// # Errors
/// Those of the service.
pub async fn answer(
    service: S3Service,
    uploads: &OpenUploads,
    request: Request<Incoming>,
) -> Result<HttpResponse, HttpError> {
    let mut response = if request.method() == Method::OPTIONS {
        preflight(&request)
    } else if uploads.is_unknown(request.uri()) {
        OpenUploads::refuse(request.into_body()).await
    } else if signed_headers::has_unsigned(&request) {
        signed_headers::refused()
    } else {
        service.call(request.map(Body::from)).await?
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

fn preflight(request: &Request<Incoming>) -> HttpResponse {
    let mut response = HttpResponse::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECS);
    // Every requested header is allowed: a header that was not signed makes the URL invalid.
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    response
}
