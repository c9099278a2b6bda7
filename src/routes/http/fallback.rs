//! What no route takes: 405 where the address exists with another method, 404 elsewhere.

use actix_router::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa::openapi::OpenApi;

use crate::error::{ApiError, ErrorCode};
use crate::openapi::methods_of;

/// The addresses of the document and the methods that each takes.
pub struct KnownAddresses(Vec<(ResourceDef, Vec<&'static str>)>);

impl KnownAddresses {
    pub fn of(document: &OpenApi) -> Self {
        let known = document.paths.paths.iter();
        Self(known.map(|(path, item)| (ResourceDef::new(path.as_str()), methods_of(item))).collect())
    }
}

pub async fn fallback(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

/// What to say of an address that nothing serves.
pub fn answer(request: &HttpRequest) -> HttpResponse {
    let known = request.app_data::<web::Data<KnownAddresses>>();
    let found = known.and_then(|known| known.0.iter().find(|(address, _)| address.is_match(request.path())));
    let Some((_, methods)) = found else {
        let detail = "There is nothing at this address; /docs lists what there is.";
        return HttpResponse::from_error(ApiError::new(ErrorCode::NotFound, detail));
    };
    let allow = methods.join(", ");
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
