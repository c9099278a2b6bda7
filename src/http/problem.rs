//! [`ApiError`] as `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::coding;
use super::route_info::Area;
use crate::error::{ApiError, ErrorCode, FieldError, QuotaError, ServerCopy};

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
    detail: Cow<'a, str>,
    /// The same as `detail`, under /api/auth: where Better Auth's client looks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    message: Option<Cow<'a, str>>,
    /// The path that was asked for; a long one is cut.
    #[schema(example = "/api/chat/messages/batch")]
    instance: &'a str,
    /// Branch on this.
    code: ErrorCode,
    /// Name this when you report the problem; the logs have it.
    request_id: &'a str,
    /// What is wrong with the input. At most 50 are listed; `detail` says how many more there are.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<FieldError>, required = false, max_items = 50)]
    errors: Cow<'a, [FieldError]>,
    /// Of a `revision_conflict` or a `duplicate_name`: the row that is stored, in the form in which it is read; null where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false, nullable = true)]
    server: Option<&'a ServerCopy>,
    /// Of a `resync_required`: `epoch` (restored from a backup) or `horizon` (away for too long). Of a `rate_limited`: `connections` or `streams`, if the caller
    /// holds too many of them. Of an `unsupported_media_type`: `content_encoding` where the coding is not taken; `Accept-Encoding` has those that are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "epoch", required = false)]
    reason: Option<&'a str>,
    /// Of a `quota_exceeded`: what the user's files or rows take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    used: Option<QuotaSpace>,
    /// Of a `quota_exceeded`: what they may take up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    allowed: Option<QuotaSpace>,
}

/// Bytes, and the number of files or of rows: whichever quota was exceeded.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct QuotaSpace {
    #[schema(example = 10_737_418_240_i64)]
    bytes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 10_000)]
    files: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5_000_000)]
    rows: Option<i64>,
}

/// What is used, and what is allowed.
fn spaces(quota: QuotaError) -> (QuotaSpace, QuotaSpace) {
    let space = |bytes, files, rows| QuotaSpace { bytes, files, rows };
    match quota {
        QuotaError::Files { used, allowed } => {
            (space(used.bytes, Some(used.files), None), space(allowed.bytes, Some(allowed.files), None))
        }
        QuotaError::Rows { used, allowed } => {
            (space(used.bytes, None, Some(used.rows)), space(allowed.bytes, None, Some(allowed.rows)))
        }
    }
}

/// What is wrong with one part of a request whose other parts were accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejected {
    code: ErrorCode,
    /// What happened and what to do.
    detail: String,
    /// What is wrong; pointers are relative to that part. At most 50 are listed; `detail` says how many more there are.
    #[schema(max_items = 50)]
    errors: Vec<FieldError>,
    /// Of a `duplicate_name`: the row that has the name. Absent where it does not fit into the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false)]
    server: Option<ServerCopy>,
}

impl From<ApiError> for Rejected {
    fn from(error: ApiError) -> Self {
        let detail = error.full_detail().into_owned();
        let ApiError { code, errors, server, .. } = error;
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
    let (used, allowed) = error.quota.as_deref().copied().map(spaces).unzip();
    let problem = Problem {
        r#type: format!("{ERRORS_PATH}#{}", error.code.into_str()),
        title: error.code.title(),
        status: error.code.status(),
        message: (*area == Area::Auth).then(|| error.full_detail()),
        detail: error.full_detail(),
        instance,
        code: error.code,
        request_id,
        errors: Cow::Borrowed(&error.errors),
        server: error.server.as_deref(),
        reason: error.reason,
        used,
        allowed,
    };
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE_PROBLEM)));
    if let Some(seconds) = error.retry_after_secs {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if error.reason == Some(coding::REASON) {
        response.insert_header(coding::ACCEPTED);
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
