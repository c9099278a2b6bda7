//! Each request of the API takes from its caller's budget before any other work. The document declares the rate class (`x-rate-limit`).
//!
//! The budget of a user needs the session, which may need a query. So a request whose credential this process has not seen valid before takes from the budget of
//! its address first, and then from its user's. A recognised credential takes from its user's only, whatever other clients of its address do.

use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::config::LimitClass;
use crate::error::{ApiError, ErrorCode};
use crate::http::client_ip::RequestSource;
use crate::http::extract::caller::{is_recognised, known_caller};
use crate::http::route_info::RouteInfo;
use crate::limits::{Decision, RateLimitKey};
use crate::state::AppState;

pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
pub const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
pub const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Answers 429, or continues and adds the `RateLimit-*` headers.
///
/// # Errors
/// Those of the inner layers.
pub async fn rate_limit(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let decision = match decide(&request).await {
        Ok(None) => return Ok(next.call(request).await?.map_into_left_body()),
        Ok(Some(decision)) => decision,
        Err(error) => return Ok(request.error_response(error).map_into_right_body()),
    };
    let mut response = match decision.retry_after {
        None => next.call(request).await?.map_into_left_body(),
        Some(wait) => request.error_response(refused(wait)).map_into_right_body(),
    };
    add_headers(response.headers_mut(), &decision);
    Ok(response)
}

/// `None`: not limited.
async fn decide(request: &ServiceRequest) -> Result<Option<Decision>, ApiError> {
    let Some(class) = RouteInfo::of(request.request()).rate_class else { return Ok(None) };
    let Some(state) = request.app_data::<web::Data<AppState>>() else { return Ok(None) };
    let Some(limits) = &state.limits else { return Ok(None) };
    let of_address = || limits.consume(class, RateLimitKey::Address(&RequestSource::of(request.request()).client));
    // A sign-in counts by address, whatever session the request carries.
    if class == LimitClass::Auth {
        return Ok(of_address());
    }
    let paid = if is_recognised(request.request(), state) { None } else { of_address() };
    if paid.is_some_and(|decision| decision.retry_after.is_some()) {
        return Ok(paid);
    }
    match known_caller(request.request()).await? {
        Some(caller) => Ok(limits.consume(class, RateLimitKey::User(&caller.user.id))),
        None => Ok(paid.or_else(of_address)),
    }
}

fn refused(wait: Duration) -> ApiError {
    let mut error =
        ApiError::new(ErrorCode::RateLimited, "Wait as long as Retry-After says, and send the same request again.");
    error.retry_after_secs = Some(u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1));
    error
}

fn add_headers(headers: &mut HeaderMap, decision: &Decision) {
    let quota = decision.quota;
    headers.insert(LIMIT, HeaderValue::from(quota.burst.get()));
    headers.insert(REMAINING, HeaderValue::from(decision.remaining));
    headers.insert(RESET, HeaderValue::from(decision.reset_secs()));
    let policy = format!("\"{}\";q={};w={}", decision.class.into_str(), quota.burst, quota.refill_secs());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(POLICY, policy);
    }
}
