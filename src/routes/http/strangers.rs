//! Whoever is not signed in hears that first, whatever else is wrong with the request: 401 comes before 413, 415 and 422. Handlers ask for their caller
//! all the same; actix reads a body beside that, and would answer with whichever fault it finds first.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::addresses::Addresses;
use crate::auth::extractor::known_caller;
use crate::error::ApiError;

pub async fn refuse_strangers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let refusal = if request.path().starts_with("/api/") { refusal(&request).await } else { None };
    Ok(match refusal {
        None => next.call(request).await?.map_into_left_body(),
        Some(error) => request.error_response(error).map_into_right_body(),
    })
}

async fn refusal(request: &ServiceRequest) -> Option<ApiError> {
    let error = match known_caller(request.request()).await {
        Ok(Some(_)) => return None,
        Ok(None) => ApiError::unauthenticated(),
        Err(error) => error,
    };
    let address = request.app_data::<web::Data<Addresses>>()?.find(request.path())?;
    address.operation(request.method().as_str())?.closed.then_some(error)
}
