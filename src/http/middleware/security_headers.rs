//! Headers of every answer: no guessing of types, no frames, no referrers, no caching of private answers, and HSTS where the public URL has https.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;

use crate::http::route_info::{Area, RouteInfo};

/// The content policy of answers that are not pages: they load nothing and are not framed.
const NO_PAGE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The content policy of Swagger UI. Its icons are `data:` images. The hash is of the two rules that colour the logo; a browser test fails when they change.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds the headers to answers and to errors that no inner layer renders. A header that an inner layer has set stays.
///
/// # Errors
/// Those of the inner layers.
pub async fn security_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    is_https: bool,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let area = RouteInfo::of(request.request()).area();
    match next.call(request).await {
        Ok(mut response) => {
            add(response.headers_mut(), area, is_https);
            Ok(response)
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                add(response.headers_mut(), area, is_https);
                response
            });
            Err(error)
        }
    }
}

fn add(headers: &mut HeaderMap, area: Area, is_https: bool) {
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(REFERRER_POLICY, "no-referrer");
    default(CONTENT_SECURITY_POLICY, if area == Area::Documentation { DOCUMENTATION } else { NO_PAGE });
    if area.is_api() {
        default(CACHE_CONTROL, "no-store");
    }
    if is_https {
        default(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
