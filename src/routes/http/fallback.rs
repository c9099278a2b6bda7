//! What no route takes: 405 where the address exists with another method, 404 elsewhere.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};

use super::addresses::Addresses;
use crate::error::{ApiError, ErrorCode};

pub async fn fallback(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

/// What to say of an address that nothing serves.
pub fn answer(request: &HttpRequest) -> HttpResponse {
    let known = request.app_data::<web::Data<Addresses>>();
    let Some(address) = known.and_then(|known| known.find(request.path())) else {
        let detail = "There is nothing at this address; /docs lists what there is.";
        return HttpResponse::from_error(ApiError::new(ErrorCode::NotFound, detail));
    };
    let allow = address.methods().collect::<Vec<_>>().join(", ");
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
