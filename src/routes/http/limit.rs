//! Each request of the API takes from its caller's budget before it does any work. The document says which (`x-rate-limit`).

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::addresses::Addresses;
use super::client_address::client_address;
use crate::app::AppState;
use crate::auth::extractor::known_caller;
use crate::config::LimitClass;
use crate::error::{ApiError, ErrorCode};
use crate::limits::{Payer, Verdict};
use crate::openapi::rate_limit;

pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
pub const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
pub const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Refuses with 429, or goes on and tells what is left.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let verdict = match take(&request).await {
        Ok(None) => return Ok(next.call(request).await?.map_into_left_body()),
        Ok(Some(verdict)) => verdict,
        Err(error) => return Ok(request.error_response(error).map_into_right_body()),
    };
    let mut response = match verdict.retry_after {
        None => next.call(request).await?.map_into_left_body(),
        Some(wait) => request.error_response(refused(wait)).map_into_right_body(),
    };
    write(response.headers_mut(), &verdict);
    Ok(response)
}

/// `None`: not limited.
async fn take(request: &ServiceRequest) -> Result<Option<Verdict>, ApiError> {
    let path = request.path();
    let (Some(state), Some(addresses)) =
        (request.app_data::<web::Data<AppState>>(), request.app_data::<web::Data<Addresses>>())
    else {
        return Ok(None);
    };
    let Some(limits) = state.limits.as_ref().filter(|_| path.starts_with("/api/") && path != "/api/openapi.json")
    else {
        return Ok(None);
    };
    let method = request.method().as_str();
    let known = addresses.find(path).and_then(|address| address.operation(method)?.class);
    let class = known.unwrap_or_else(|| rate_limit::by_method(method));
    // A stranger who signs in is nobody yet, whatever else the request carries.
    let caller = match class {
        LimitClass::Auth => None,
        _ => known_caller(request.request()).await?,
    };
    let payer = match &caller {
        Some(identity) => Payer::User(&identity.user.id),
        None => {
            let address = client_address(request.head(), &state.config.limits.trusted_proxies);
            Payer::Address(address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
        }
    };
    Ok(limits.take(class, payer))
}

fn refused(wait: Duration) -> ApiError {
    let mut error =
        ApiError::new(ErrorCode::RateLimited, "Wait as long as Retry-After says, and send the same request again.");
    error.retry_after_secs = Some(u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1));
    error
}

fn write(headers: &mut HeaderMap, verdict: &Verdict) {
    let quota = verdict.quota;
    headers.insert(LIMIT, HeaderValue::from(quota.burst.get()));
    headers.insert(REMAINING, HeaderValue::from(verdict.remaining));
    headers.insert(RESET, HeaderValue::from(verdict.reset_secs()));
    let policy = format!("\"{}\";q={};w={}", verdict.class.as_str(), quota.burst, quota.refill_secs());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(POLICY, policy);
    }
}
