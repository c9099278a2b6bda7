//! Gives each request an id, a span, a time limit, one log line and a count in the metrics, and renders its errors as problem documents.

use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::error::{ApiError, ErrorCode};
use crate::excerpt;
use crate::http::body::Wire;
use crate::http::client_ip::RequestSource;
use crate::http::deadline::Deadline;
use crate::http::fallback::no_such_address;
use crate::http::problem::{LateError, REQUEST_ID, RequestContext, render};
use crate::http::route_info::{RouteInfo, TimeLimit};
use crate::ops::faults;
use crate::ops::health::Dependency;
use crate::request_id;
use crate::state::AppState;
use crate::trace::{self, Attribute, Trace};

/// The time limit where the state is not registered.
const DEFAULT_LIMIT: Duration = Duration::from_secs(10);
/// The time limit of the work on a stream. A body that stands still ends it earlier.
const STREAM_LIMIT: Duration = Duration::from_secs(24 * 3600);

/// Method and template of requests that the document does not have.
const OTHER: (&str, &str) = ("other", "other");

/// The most bytes of the path in the log and in problems.
const MAX_PATH_BYTES: usize = 1024;

/// The deadline passed.
struct Elapsed;

/// # Errors
/// A timeout, and errors of the framework, as [`LateError`]: the request is gone by then.
pub async fn request_log(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let route = RouteInfo::of(request.request());
    let wire = request.extensions().get::<Rc<Wire>>().cloned();
    let server = state.as_ref().map(|state| &state.config.server);
    let ordinary = server.map_or(DEFAULT_LIMIT, |server| server.request_timeout);
    let limit = if route.time_limit() == TimeLimit::Stream { STREAM_LIMIT } else { ordinary };
    if let (Some(wire), Some(server)) = (&wire, server) {
        wire.set_limits(limit.min(server.body_pause), server.body_pause);
    }
    let id = Uuid::now_v7();
    let request_id = id.to_string();
    let trace = trace::is_on().then(|| trace_of(&request, &route, id)).flatten();
    let client = RequestSource::of(request.request()).client;
    let instance = excerpt::shortened(excerpt::head(request.path(), MAX_PATH_BYTES + 1), MAX_PATH_BYTES);
    let context = RequestContext { instance, request_id, area: route.area() };
    let method = if route.is_head() { "HEAD" } else { request.method().as_str() };
    let span = tracing::info_span!("request", id = %context.request_id, method, path = context.instance, %client);
    let started = Instant::now();
    let deadline = Deadline::new(limit, wire);
    let work = async {
        tokio::select! {
            answer = next.call(request) => Ok(answer),
            () = deadline.passed() => Err(Elapsed),
        }
    };
    let work = request_id::scope(context.request_id.clone(), work.instrument(span.clone()));
    let answer = trace::scope(trace.clone(), work).await;
    let result = match answer {
        Ok(Ok(response)) => Ok(complete(response.map_into_boxed_body(), &context)),
        Ok(Err(error)) => Err(ApiError::internal(error)),
        Err(Elapsed) => Err(ApiError::new(
            ErrorCode::Timeout,
            "The answer took too long. It may still have been stored: the same request can be sent again.",
        )),
    };
    let status = result.as_ref().map_or_else(|error| error.code.status(), |response| response.status().as_u16());
    if let Some(state) = &state {
        count(state, &route, status, started.elapsed());
    }
    span.in_scope(|| {
        let error = match &result {
            Ok(response) => response.response().error().and_then(|error| error.as_error::<ApiError>()),
            Err(error) => Some(error),
        };
        log(status, started.elapsed(), error);
        if let (Some(state), Some(error)) = (&state, error) {
            state.metrics.count_refusal(error.code);
        }
        if let Some(trace) = &trace {
            end(trace, status, error);
        }
        if let Some(error) = error.filter(|_| status >= 500 && status != 503) {
            let (method, template) = route.operation().unwrap_or(OTHER);
            faults::request(error.code, method, template, &context.request_id);
        }
        if let (Some(state), Some(error), Ok(_)) = (&state, error, &result) {
            report_outage(state, error.code);
        }
        if let (Some(state), Err(ApiError { code: ErrorCode::Timeout, .. })) = (&state, &result) {
            state.health.report_late();
        }
    });
    result.map_err(|error| LateError { error, context }.into())
}

fn log(status: u16, took: Duration, error: Option<&ApiError>) {
    let cause = error.and_then(|error| error.cause.as_deref());
    let ms = took.as_millis();
    match status {
        // The health probe logs the start and the end of an outage; this line is about one request during it.
        503 => tracing::warn!(status, ms, cause, "unavailable"),
        500.. => tracing::error!(status, ms, cause, "failed"),
        _ => tracing::info!(status, ms, cause, "done"),
    }
}

/// The first span of the request. It has the template of the path and not the path.
fn trace_of(request: &ServiceRequest, route: &RouteInfo, id: Uuid) -> Option<Trace> {
    let (method, template) = route.operation().unwrap_or(OTHER);
    let name = format!("{method} {template}");
    let attributes = vec![
        Attribute::new("http.request.method", method.to_owned()),
        Attribute::new("http.route", template.to_owned()),
        Attribute::new("landfall.request_id", id.to_string()),
        Attribute::new("langfuse.trace.name", name.clone()),
        Attribute::new("langfuse.trace.metadata.request_id", id.to_string()),
    ];
    let parent = request.headers().get(trace::TRACEPARENT).and_then(|header| header.to_str().ok());
    trace::request(parent, id, name, attributes)
}

fn end(trace: &Trace, status: u16, error: Option<&ApiError>) {
    if status >= 500 {
        trace::fail(trace);
    }
    let status = Attribute::new("http.response.status_code", i64::from(status));
    trace::end(trace, vec![status], error.map(|error| error.code.into_str()));
}

/// Requests of operations that the document does not have are counted as one, so that no caller can add lines to the metrics.
fn count(state: &AppState, route: &RouteInfo, status: u16, took: Duration) {
    let (method, template) = route.operation().unwrap_or(OTHER);
    let status = StatusCode::from_u16(status).unwrap_or_default();
    state.metrics.count_request(method, template, status.as_str(), took);
}

/// Tells the health probe which dependency did not answer.
fn report_outage(state: &AppState, code: ErrorCode) {
    let dependency = match code {
        ErrorCode::DatabaseUnavailable => Dependency::Database,
        ErrorCode::StorageUnavailable => Dependency::Storage,
        _ => return,
    };
    state.health.report_outage(dependency);
}

/// Renders the error of the response, if it has one, and adds the request id.
fn complete(mut response: ServiceResponse<BoxBody>, context: &RequestContext) -> ServiceResponse<BoxBody> {
    if let Some(error) = error_of(&response) {
        let rendered = render(&error, context);
        response = response.map_body(|head, _| {
            head.status = rendered.status();
            // The headers of the body that the document replaces.
            for name in [CONTENT_ENCODING, CONTENT_LENGTH, ETAG, LAST_MODIFIED, ACCEPT_RANGES, CONTENT_RANGE] {
                head.headers.remove(name);
            }
            for (name, value) in rendered.headers() {
                head.headers.insert(name.clone(), value.clone());
            }
            rendered.into_body()
        });
    }
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The [`ApiError`] of a response, or the one that stands for an error of the framework.
fn error_of(response: &ServiceResponse<BoxBody>) -> Option<ApiError> {
    if let Some(error) = response.response().error()
        && let Some(error) = error.as_error::<ApiError>()
    {
        return Some(error.clone());
    }
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let has_body =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    if !is_error || has_body {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => no_such_address(),
        StatusCode::METHOD_NOT_ALLOWED => ApiError::new(ErrorCode::MethodNotAllowed, "Use another method."),
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(ErrorCode::PayloadTooLarge, "Send less at once."),
        status if status.is_client_error() => ApiError::new(ErrorCode::BadRequest, "The request can't be read."),
        status => ApiError::internal(status),
    })
}
