//! The built web app at `/`: hashed files are kept for ever, the page and the service worker are asked for every time.

use actix_files::Files;
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, body, guard, web};

use super::fallback;
use crate::config::ServerConfig;

/// `{storage}` is where links to files lead.
const CSP: &str = "default-src 'self'; connect-src 'self' {storage}; img-src 'self' blob: data: {storage}; media-src 'self' blob: {storage}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Landfall</title><p>The server runs. The demo is not built yet: run <code>make demo</code>, then load this page again. The API is described at <a href=\"/docs/\">/docs</a>.";

pub fn register(server: &ServerConfig, storage_origin: &str) -> impl FnOnce(&mut web::ServiceConfig) {
    let dir = server.frontend_dir.clone();
    let csp = CSP.replace("{storage}", storage_origin);
    // An origin is plain ASCII; were it not, no page would be better than one without a policy.
    let csp = HeaderValue::from_str(&csp).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    move |routes| {
        if !dir.join("index.html").is_file() {
            routes.route("/", web::get().to(|| async { HttpResponse::Ok().content_type("text/html").body(NOT_BUILT) }));
            return;
        }
        let files = Files::new("/", dir).index_file("index.html").prefer_utf8(true).use_etag(true).default_handler(
            // Told as everywhere else what there is: `observe` writes the words.
            fn_service(|request: ServiceRequest| async {
                let answer = fallback::answer(request.request());
                Ok(request.into_response(answer))
            }),
        );
        // Other methods go past the files: they are for the API, or nothing's.
        let reads = guard::Any(guard::Get()).or(guard::Head());
        routes.service(
            web::scope("")
                .guard(reads)
                .wrap(from_fn(move |request, next| add_headers(request, next, csp.clone())))
                .service(files),
        );
    }
}

async fn add_headers(
    request: ServiceRequest,
    next: Next<impl body::MessageBody + 'static>,
    csp: HeaderValue,
) -> Result<ServiceResponse<impl body::MessageBody>, Error> {
    let hashed = request.path().starts_with("/assets/");
    let mut response = next.call(request).await?;
    let ok = response.status().is_success();
    let headers = response.headers_mut();
    let kept = if hashed && ok { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(CONTENT_SECURITY_POLICY, csp);
    Ok(response)
}
