//! Around every request: an id, a span, a time limit, one line in the log, a count, and errors rendered with all they need.

use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing::Instrument as _;
use uuid::Uuid;

use super::addresses::Addresses;
use super::deadline::Deadline;
use super::problem::{REQUEST_ID, Rendered, render};
use crate::app::AppState;
use crate::error::{ApiError, ErrorCode};
use crate::health::Part;

const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// The deadline passed.
struct Elapsed;

pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let addresses = request.app_data::<web::Data<Addresses>>().cloned();
    let limit = state.as_ref().map_or(Duration::from_secs(10), |state| state.config.server.request_timeout);
    let limit = if takes_a_stream(request.method(), request.path()) { A_DAY } else { limit };
    let request_id = Uuid::now_v7().to_string();
    let path = request.path().to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id = %request_id, %method, path);
    let started = Instant::now();
    let deadline = Deadline::new(limit);
    request.extensions_mut().insert(deadline.clone());
    let work = async {
        tokio::select! {
            answer = next.call(request) => Ok(answer),
            () = deadline.passed() => Err(Elapsed),
        }
    };
    let answer = work.instrument(span.clone()).await;
    let result = match answer {
        Ok(Ok(response)) => Ok(finish(response.map_into_boxed_body(), &path, &request_id)),
        Ok(Err(error)) => Err(ApiError::internal(error)),
        Err(Elapsed) => Err(ApiError::new(
            ErrorCode::Timeout,
            "The answer took too long. It may still have been stored: the same request can be sent again.",
        )),
    };
    let status = result.as_ref().map_or_else(|error| error.code.status(), |response| response.status().as_u16());
    if let (Some(state), Some(addresses)) = (&state, &addresses) {
        count(state, addresses, &method, &path, status, started.elapsed());
    }
    span.in_scope(|| {
        let cause = match &result {
            Ok(response) => response.response().error().and_then(|error| error.as_error::<ApiError>()),
            Err(error) => Some(error),
        };
        let code = cause.map(|error| error.code);
        let cause = cause.and_then(|error| error.cause.as_deref());
        let ms = started.elapsed().as_millis();
        match status {
            // Of an outage one line says that it began and one that it ended; these are only what it met.
            503 => tracing::warn!(status, ms, cause, "turned away"),
            500.. => tracing::error!(status, ms, cause, "failed"),
            _ => tracing::info!(status, ms, cause, "done"),
        }
        if let (Some(code), Ok(response)) = (code, &result) {
            suspect(code, response);
        }
    });
    result.map_err(|error| Rendered { error, instance: path, request_id }.into())
}

/// Whoever makes up methods and addresses is counted as one.
fn count(state: &AppState, addresses: &Addresses, method: &Method, path: &str, status: u16, took: Duration) {
    let known = addresses.find(path).filter(|address| address.operation(method.as_str()).is_some());
    let (method, address) = known.map_or(("other", "other"), |known| (method.as_str(), known.template.as_str()));
    let status = StatusCode::from_u16(status).unwrap_or_default();
    state.metrics.answered(method, address, status.as_str(), took);
}

/// Has the part looked after that this request found away.
fn suspect(code: ErrorCode, response: &ServiceResponse<BoxBody>) {
    let part = match code {
        ErrorCode::DatabaseUnavailable => Part::Database,
        ErrorCode::StorageUnavailable => Part::Storage,
        _ => return,
    };
    if let Some(state) = response.request().app_data::<web::Data<AppState>>() {
        state.health.suspect(part);
    }
}

/// Takes as long as the file or the document does, and watches its progress itself.
fn takes_a_stream(method: &Method, path: &str) -> bool {
    let looks_at_it =
        path == "/api/assets" || path.starts_with("/api/assets/") && path.ends_with("/multipart/complete");
    method == Method::POST && (matches!(path, "/api/media/assets" | "/api/import") || looks_at_it)
}

/// Renders errors and names the request.
fn finish(mut response: ServiceResponse<BoxBody>, path: &str, request_id: &str) -> ServiceResponse<BoxBody> {
    if let Some(error) = known_error(&response) {
        let rendered = render(&error, path, request_id);
        response = response.map_body(|head, _| {
            for (name, value) in rendered.headers() {
                head.headers.insert(name.clone(), value.clone());
            }
            rendered.into_body()
        });
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The error behind an answer: ours, or one of the framework's put into our words.
fn known_error(response: &ServiceResponse<BoxBody>) -> Option<ApiError> {
    if let Some(error) = response.response().error()
        && let Some(error) = error.as_error::<ApiError>()
    {
        return Some(error.clone());
    }
    let status = response.status();
    let bare = status.is_client_error() || status.is_server_error();
    let ours = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    if !bare || ours {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => ApiError::new(ErrorCode::NotFound, "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => ApiError::new(ErrorCode::MethodNotAllowed, "Use another method."),
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(ErrorCode::PayloadTooLarge, "Send less at once."),
        status if status.is_client_error() => ApiError::new(ErrorCode::BadRequest, "The request can't be read."),
        status => ApiError::internal(status),
    })
}
