//! Answers 401 before anything else of the request is checked, so 401 comes before 413, 415 and 422. Handlers extract their caller too, but actix runs that
//! extractor and the body's in no fixed order. Operations for administrators, and those that take the session itself or a fresh one only, refuse
//! other callers here too.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::auth::admin::ADMIN;
use crate::error::{ApiError, ErrorCode};
use crate::http::extract::caller::known_caller;
use crate::http::fallback::no_such_address;
use crate::http::route_info::RouteInfo;
use crate::state::AppState;

/// Refuses requests without a session where the operation needs one, and with a weaker one than it needs.
///
/// # Errors
/// Those of the inner layers.
pub async fn require_auth(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let info = RouteInfo::of(request.request());
    let refusal = if info.needs_session() || info.refuses_jwt() { refusal(&request, &info).await } else { None };
    Ok(match refusal {
        None => next.call(request).await?.map_into_left_body(),
        Some(error) => request.error_response(error).map_into_right_body(),
    })
}

async fn refusal(request: &ServiceRequest, info: &RouteInfo) -> Option<ApiError> {
    let caller = match known_caller(request.request()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return info.needs_session().then(ApiError::unauthenticated),
        Err(error) => return Some(error),
    };
    if info.needs_admin() && caller.user.role != ADMIN {
        return Some(no_such_address());
    }
    if info.refuses_jwt() && caller.jwt_expires_at.is_some() {
        return Some(session_required());
    }
    let max_age = request.app_data::<web::Data<AppState>>().and_then(|state| state.config.auth.fresh_session);
    (info.needs_fresh_session() && !caller.is_fresh(max_age)).then(session_not_fresh)
}

fn session_required() -> ApiError {
    ApiError::new(
        ErrorCode::SessionRequired,
        "A JWT is for data. Send the session itself: its cookie, or its token as `Authorization: Bearer`.",
    )
}

fn session_not_fresh() -> ApiError {
    ApiError::new(ErrorCode::SessionNotFresh, "Sign in again, and repeat this: the sign-in was too long ago for it.")
}
