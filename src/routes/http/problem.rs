//! [`ApiError`] as `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode, FieldError, ServerCopy};
use crate::wire::FileSpace;

pub const CONTENT_TYPE_PROBLEM: &str = "application/problem+json";
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every error looks like.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem<'a> {
    /// A URI that names the kind of problem.
    #[schema(example = "urn:landfall:problem:validation_failed")]
    r#type: String,
    /// The kind of problem for people; the same every time.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened this time and what to do.
    detail: &'a str,
    /// The same as `detail`, under /api/auth: where Better Auth's client looks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    message: Option<&'a str>,
    /// The path that was asked for.
    #[schema(example = "/api/chat/messages/batch")]
    instance: &'a str,
    /// Branch on this.
    code: ErrorCode,
    /// Name this when you report the problem; the logs have it.
    request_id: &'a str,
    /// Everything that is wrong with the input.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<FieldError>, required = false)]
    errors: Cow<'a, [FieldError]>,
    /// Of a `revision_conflict` or a `duplicate_name`: the row that is stored, in the form in which it is read; null where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false, nullable = true)]
    server: Option<&'a ServerCopy>,
    /// Of a `resync_required`: `epoch` (restored from a backup) or `horizon` (away for too long).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "epoch", required = false)]
    reason: Option<&'a str>,
    /// Of a `quota_exceeded`: what the person's files take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    used: Option<FileSpace>,
    /// Of a `quota_exceeded`: what they may take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    allowed: Option<FileSpace>,
}

/// What was wrong with a part of a request whose other parts went through.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejected {
    code: ErrorCode,
    /// What happened and what to do.
    detail: String,
    /// Everything that is wrong, with pointers from that part on.
    errors: Vec<FieldError>,
    /// Of a `duplicate_name`: the row that has the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false)]
    server: Option<ServerCopy>,
}

impl From<ApiError> for Rejected {
    fn from(error: ApiError) -> Self {
        let ApiError { code, detail, errors, server, .. } = error;
        Self { code, detail, errors, server: server.map(|server| *server) }
    }
}

/// The answer for an error, complete.
pub fn render(error: &ApiError, instance: &str, request_id: &str) -> HttpResponse {
    let problem = Problem {
        r#type: format!("urn:landfall:problem:{}", error.code.as_str()),
        title: error.code.title(),
        status: error.code.status(),
        detail: &error.detail,
        message: instance.starts_with("/api/auth/").then_some(error.detail.as_str()),
        instance,
        code: error.code,
        request_id,
        errors: Cow::Borrowed(&error.errors),
        server: error.server.as_deref(),
        reason: error.reason,
        used: error.room.as_ref().map(|room| room.0),
        allowed: error.room.as_ref().map(|room| room.1),
    };
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE_PROBLEM)));
    if let Some(seconds) = error.retry_after_secs {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header(("www-authenticate", "Bearer"));
    }
    // A problem is plain data: writing it can't fail.
    response.body(serde_json::to_vec(&problem).unwrap_or_default())
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A stand-in: `observe` knows the path and the request id, and renders the real answer.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The real answer for an error that has left the request behind (a timeout).
#[derive(Debug)]
pub struct Rendered {
    pub error: ApiError,
    pub instance: String,
    pub request_id: String,
}

impl std::fmt::Display for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = render(&self.error, &self.instance, &self.request_id);
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}
