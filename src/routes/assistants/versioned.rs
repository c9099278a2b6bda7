//! The body of a change, with the version that it was made from.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::error::{ApiError, FieldError};
use crate::http::extract::if_match::IfMatch;
use crate::http::extract::json;
use crate::json::Check as _;
use crate::json::check::ValidationErrors;
use crate::kinds::assistants::requests::UpdateAssistantRequest;

/// A checked change. Its version is that of the header or the body. What is wrong with the version is in one answer with what is wrong with the body.
pub struct VersionedUpdate {
    pub body: UpdateAssistantRequest,
    pub version: i64,
}

impl FromRequest for VersionedUpdate {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            let header = IfMatch::of(&request);
            let check = |body: &UpdateAssistantRequest, errors: &mut ValidationErrors| {
                body.check(errors);
                if let Err(error) = required_version(&header, body) {
                    errors.extend(error.errors);
                }
            };
            let body = json::read_with(&request, payload, json::ordinary_limit(&request), check).await?;
            let version = required_version(&header, &body)?;
            Ok(Self { body, version })
        }
        .boxed_local()
    }
}

/// The version of the header or the body.
///
/// # Errors
/// `validation_failed` at `/version`.
pub(super) fn version_of(if_match: IfMatch, version: Option<i64>) -> Result<Option<i64>, ApiError> {
    if_match.or_body(version).map_err(|error| error.moved(|_| "/version".into()))
}

fn required_version(header: &Result<IfMatch, ApiError>, body: &UpdateAssistantRequest) -> Result<i64, ApiError> {
    let version = version_of(header.clone()?, body.version)?;
    let missing = || FieldError::new("/version", "missing_member", "send version, or If-Match");
    version.ok_or_else(|| ApiError::invalid(vec![missing()]))
}
