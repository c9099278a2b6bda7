//! Whoever is not signed in hears that first, whatever else is wrong with the request: 401 comes before 413, 415 and 422. Handlers ask for their caller
//! all the same; actix reads a body beside that, and would answer with whichever fault it finds first.

use actix_router::ResourceDef;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use utoipa::openapi::OpenApi;

use crate::auth::extractor::known_caller;
use crate::error::ApiError;
use crate::openapi::operations;

/// The operations that strangers may not use: all but those that say `security(())`.
pub struct Closed(Vec<(ResourceDef, Vec<&'static str>)>);

impl Closed {
    pub fn of(document: &OpenApi) -> Self {
        let closed = document.paths.paths.iter().map(|(path, item)| {
            let methods = operations(item).filter(|(_, operation)| operation.security.is_none());
            (ResourceDef::new(path.as_str()), methods.map(|(method, _)| method).collect())
        });
        Self(closed.collect())
    }

    /// Looks through all of them. Only strangers wait for that.
    fn has(&self, method: &str, path: &str) -> bool {
        self.0.iter().any(|(address, methods)| methods.contains(&method) && address.is_match(path))
    }
}

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
    let closed = request.app_data::<web::Data<Closed>>()?;
    closed.has(request.method().as_str(), request.path()).then_some(error)
}
