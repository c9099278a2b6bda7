//! Answers 401 before anything else of the request is checked, so 401 comes before 413, 415 and 422. Handlers extract their caller too, but actix runs that
//! extractor and the body's in no fixed order.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::ApiError;
use crate::http::extract::caller::known_caller;
use crate::http::route_info::RouteInfo;

/// Refuses requests without a session where the operation needs one.
pub async fn require_auth(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let info = RouteInfo::of(request.request());
    let refusal = if info.needs_session() { refusal(&request).await } else { None };
    Ok(match refusal {
        None => next.call(request).await?.map_into_left_body(),
        Some(error) => request.error_response(error).map_into_right_body(),
    })
}

async fn refusal(request: &ServiceRequest) -> Option<ApiError> {
    match known_caller(request.request()).await {
        Ok(Some(_)) => None,
        Ok(None) => Some(ApiError::unauthenticated()),
        Err(error) => Some(error),
    }
}
