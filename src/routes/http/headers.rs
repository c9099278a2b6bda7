//! What every answer tells the browser to be careful about: no guessing of types, no frames, no referrers, no copies of private answers, and
//! https for good where the public address has it. Knows nothing of routes but where the documentation is.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;

/// Answers that are no pages load nothing and are shown nowhere.
const NO_PAGE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Swagger UI brings everything itself; its icons are `data:` images. The hash is of the two rules that colour the logo: a browser test says when they change.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Around everything: errors that no other layer sees get their headers too. What is set already stays.
pub async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    is_https: bool,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let place = Place::of(request.path());
    match next.call(request).await {
        Ok(mut response) => {
            add(response.headers_mut(), place, is_https);
            Ok(response)
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                add(response.headers_mut(), place, is_https);
                response
            });
            Err(error)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Api,
    Documentation,
    Elsewhere,
}

impl Place {
    fn of(path: &str) -> Self {
        match path {
            _ if path.starts_with("/api/") => Self::Api,
            _ if path.starts_with("/docs/") => Self::Documentation,
            _ => Self::Elsewhere,
        }
    }
}

fn add(headers: &mut HeaderMap, place: Place, is_https: bool) {
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(REFERRER_POLICY, "no-referrer");
    default(CONTENT_SECURITY_POLICY, if place == Place::Documentation { DOCUMENTATION } else { NO_PAGE });
    if place == Place::Api {
        default(CACHE_CONTROL, "no-store");
    }
    if is_https {
        default(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
