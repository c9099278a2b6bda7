//! The built web app at `/`. Files below `/assets/` have a hash in their name and are cached for ever; the page and the service worker are revalidated
//! every time.

use std::path::Path;

use actix_files::Files;
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, body, guard, web};

use super::fallback;
use crate::config::ServerConfig;

/// The content policy of the page. `{storage}` is the origin of links to files.
const CSP: &str = "default-src 'self'; connect-src 'self' {storage}; img-src 'self' blob: data: {storage}; media-src 'self' blob: {storage}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Landfall</title><p>The server runs. The demo is not built yet: run <code>make demo</code>, then load this page again. The API is described at <a href=\"/docs/\">/docs</a>.";

/// Where the build puts files with a hash in their name.
const HASHED: &str = "/assets";
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Registers the files of `LANDFALL_FRONTEND`, or one page that says how to build them. `storage_origin` is scheme, host and port of links to files.
pub fn register(server: &ServerConfig, storage_origin: &str) -> impl FnOnce(&mut web::ServiceConfig) {
    let dir = server.frontend_dir.clone();
    let csp = CSP.replace("{storage}", storage_origin);
    // An origin is ASCII. If it were not, a page that loads nothing is better than one without a policy.
    let csp = HeaderValue::from_str(&csp).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    move |routes| {
        if !dir.join("index.html").is_file() {
            routes.route("/", web::get().to(|| async { HttpResponse::Ok().content_type("text/html").body(NOT_BUILT) }));
            return;
        }
        for (path, dir, cache_control) in
            [(HASHED, dir.join(HASHED.trim_start_matches('/')), FOR_EVER), ("", dir, REVALIDATE)]
        {
            let csp = csp.clone();
            // Requests with other methods are not for files: the fallback answers them.
            routes.service(
                web::scope(path)
                    .guard(guard::Get())
                    .wrap(from_fn(move |request, next| add_headers(request, next, cache_control.clone(), csp.clone())))
                    .service(files(&dir)),
            );
        }
    }
}

fn files(dir: &Path) -> Files {
    Files::new("/", dir).index_file("index.html").prefer_utf8(true).use_etag(true).default_handler(fn_service(
        |request: ServiceRequest| async {
            let answer = fallback::answer(request.request());
            Ok(request.into_response(answer))
        },
    ))
}

async fn add_headers(
    request: ServiceRequest,
    next: Next<impl body::MessageBody + 'static>,
    cache_control: HeaderValue,
    csp: HeaderValue,
) -> Result<ServiceResponse<impl body::MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let is_found = response.status().is_success();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, if is_found { cache_control } else { REVALIDATE });
    headers.insert(CONTENT_SECURITY_POLICY, csp);
    Ok(response)
}
