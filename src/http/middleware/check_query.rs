//! Refuses query parameters that the document does not have, for operations that take none. The extractor [`Query`] refuses them for the others, together
//! with its other errors.
//!
//! [`Query`]: crate::http::Query

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::error::ApiError;
use crate::http::extract::query;
use crate::http::route_info::RouteInfo;

/// Answers 422, or continues.
///
/// # Errors
/// Those of the inner layers.
pub async fn check_query(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let takes_none = !request.query_string().is_empty()
        && RouteInfo::of(request.request()).query_names().is_some_and(<[String]>::is_empty);
    let errors = if takes_none { query::undeclared(request.request()) } else { Vec::new() };
    Ok(match errors.is_empty() {
        true => next.call(request).await?.map_into_left_body(),
        false => request.error_response(ApiError::invalid(errors)).map_into_right_body(),
    })
}
