//! The answer to requests that no route takes: 405 where the document has the path with other methods, 404 elsewhere.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse};

use super::route_info::RouteInfo;
use crate::error::{ApiError, ErrorCode};

/// The 404 of an address without a route.
pub fn no_such_address() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is nothing at this address; /docs lists what there is.")
}

/// The default handler.
pub async fn fallback(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

/// 404, 405 with `Allow`, or for OPTIONS 204 with `Allow`.
pub fn answer(request: &HttpRequest) -> HttpResponse {
    let route = RouteInfo::of(request);
    if route.template().is_none() {
        return HttpResponse::from_error(no_such_address());
    }
    let allow = route.methods().collect::<Vec<_>>().join(", ");
    if request.method() == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((ALLOW, allow)).finish();
    }
    let error = ApiError::new(ErrorCode::MethodNotAllowed, format!("This address takes {allow}."));
    let mut response = HttpResponse::from_error(error);
    if let Ok(value) = allow.parse() {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
