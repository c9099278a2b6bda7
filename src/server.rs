//! The actix server: routes, middleware and limits of connections.

use std::net::TcpListener;

use actix_web::dev::Server;
pub use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, guard, web};
use utoipa_actix_web::AppExt as _;

use crate::http::fallback::fallback;
use crate::http::middleware::cors::cors;
use crate::http::middleware::normalize_path::normalize_path;
use crate::http::middleware::rate_limit::rate_limit;
use crate::http::middleware::request_log::request_log;
use crate::http::middleware::require_auth::require_auth;
use crate::http::middleware::security_headers::security_headers;
use crate::http::route_table::RouteTable;
use crate::http::static_files;
use crate::openapi;
use crate::ops::fd_limit;
use crate::routes;
use crate::state::AppState;

/// Starts the server on `listener`. The result is a future that ends with the server; signals are the caller's work.
///
/// # Errors
/// If two paths of the document are in conflict, or the listener can't be used.
pub fn serve(state: AppState, listener: TcpListener) -> std::io::Result<Server> {
    let config = state.config.clone();
    let server = config.server.clone();
    let document = openapi::document(server.dev_sign_in, &state.kinds);
    let route_table = web::Data::new(RouteTable::new(&document).map_err(std::io::Error::other)?);
    let storage_origin = state.storage_origin.clone();
    let state = web::Data::new(state);
    let is_https = server.is_https();
    let limits = server.clone();
    let http = HttpServer::new(move || {
        App::new()
            // Without this, other methods of this path would be routed to `/api/assets/{id}`.
            .service(web::resource("/api/assets/presign").guard(guard::Not(guard::Post())).to(fallback))
            .into_utoipa_app()
            .app_data(state.clone())
            .app_data(route_table.clone())
            .configure(routes::configure(server.dev_sign_in))
            .into_app()
            .configure(routes::register_docs(document.clone()))
            .configure(static_files::register(&server, &storage_origin))
            .default_service(web::to(fallback))
            // The last one is the outermost: `http/middleware/mod.rs` has the order and its reasons.
            .wrap(Compress::default())
            .wrap(from_fn(require_auth))
            .wrap(from_fn(rate_limit))
            .wrap(from_fn(request_log))
            .wrap(cors(&config))
            .wrap(from_fn(move |request, next| security_headers(request, next, is_https)))
            .wrap(from_fn(normalize_path))
    });
    let connections = fd_limit::cap_connections(limits.max_connections);
    Ok(http
        .workers(limits.workers)
        .max_connections((connections / limits.workers).max(1))
        .client_request_timeout(limits.header_timeout)
        .keep_alive(limits.keep_alive)
        .shutdown_timeout(limits.shutdown_secs)
        .disable_signals()
        .listen(listener)?
        .run())
}
