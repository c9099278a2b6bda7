//! [`ApiError`] as `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::route_info::Area;
use crate::config::FileSpace;
use crate::error::{ApiError, ErrorCode, FieldError, ServerCopy};

pub const CONTENT_TYPE_PROBLEM: &str = "application/problem+json";
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The page that describes the error codes: docs/ERRORS.md, with an anchor for each code.
pub const ERRORS_PATH: &str = "/docs/errors";

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem<'a> {
    /// A reference to the description of `code` on this server.
    #[schema(example = "/docs/errors#validation_failed")]
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
    /// Of a `quota_exceeded`: what the user's files take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    used: Option<FileSpace>,
    /// Of a `quota_exceeded`: what they may take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    allowed: Option<FileSpace>,
}

/// What is wrong with one part of a request whose other parts were accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejected {
    code: ErrorCode,
    /// What happened and what to do.
    detail: String,
    /// Everything that is wrong; pointers are relative to that part.
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

/// What a problem document says about its request.
#[derive(Debug)]
pub struct RequestContext {
    /// The normalised path.
    pub instance: String,
    pub request_id: String,
    pub area: Area,
}

/// The complete answer for an error.
pub fn render(error: &ApiError, context: &RequestContext) -> HttpResponse {
    let RequestContext { instance, request_id, area } = context;
    let problem = Problem {
        r#type: format!("{ERRORS_PATH}#{}", error.code.into_str()),
        title: error.code.title(),
        status: error.code.status(),
        detail: &error.detail,
        message: (*area == Area::Auth).then_some(error.detail.as_str()),
        instance,
        code: error.code,
        request_id,
        errors: Cow::Borrowed(&error.errors),
        server: error.server.as_deref(),
        reason: error.reason,
        used: error.quota.as_ref().map(|quota| quota.0),
        allowed: error.quota.as_ref().map(|quota| quota.1),
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
    // A problem is plain data: serialising it can't fail.
    response.body(serde_json::to_vec(&problem).unwrap_or_default())
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A placeholder: `request_log` knows the path and the request id, and renders the document.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// An error without a request, for example a timeout. It renders itself.
#[derive(Debug)]
pub struct LateError {
    pub error: ApiError,
    pub context: RequestContext,
}

impl std::fmt::Display for LateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for LateError {
    fn status_code(&self) -> StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = render(&self.error, &self.context);
        if let Ok(id) = HeaderValue::from_str(&self.context.request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}
