//! The actix servers: routes, middleware and limits of connections.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
pub use actix_web::dev::ServerHandle;
use actix_web::dev::{AppConfig, Server};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, guard, web};
use bytes::Bytes;
use utoipa_actix_web::AppExt as _;

use crate::error::{ApiError, ErrorCode};
use crate::http::accept::Gate;
use crate::http::fallback::fallback;
use crate::http::middleware::answer_memory::answer_memory;
use crate::http::middleware::check_query::check_query;
use crate::http::middleware::cors::{cors, explain_refusal};
use crate::http::middleware::head::head;
use crate::http::middleware::last_answer::last_answer;
use crate::http::middleware::normalize_path::normalize_path;
use crate::http::middleware::rate_limit::rate_limit;
use crate::http::middleware::request_log::request_log;
use crate::http::middleware::require_auth::require_auth;
use crate::http::middleware::security_headers::security_headers;
use crate::http::middleware::share::share;
use crate::http::middleware::wire_body::wire_body;
use crate::http::route_table::RouteTable;
use crate::http::static_files;
use crate::openapi;
use crate::routes;
use crate::state::AppState;

/// How long an idle connection to the health listener stays open.
const HEALTH_KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Connections to the health listener.
const HEALTH_CONNECTIONS: usize = 64;
/// How long closing a connection may take.
const DISCONNECT_TIME: Duration = Duration::from_secs(1);

/// Starts the server on `listener`. The result is a future that ends with the server; signals are the caller's work.
///
/// # Errors
/// If two paths of the document are in conflict, the document can't be written as JSON, or the listener can't be used.
pub fn serve(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let config = state.config.clone();
    let server = config.server.clone();
    let document = openapi::document(server.dev_sign_in, &state.kinds);
    let route_table = web::Data::new(RouteTable::new(&document).map_err(std::io::Error::other)?);
    let document = Bytes::from(serde_json::to_vec(&document)?);
    let storage_origin = state.storage_origin.clone();
    let gate = Gate::new(state.connections.clone(), config.proxies.clone(), server.write_timeout);
    let connections = state.max_connections;
    let state = web::Data::from(state.clone());
    let is_https = server.is_https();
    let limits = server.clone();
    let (workers, shutdown_secs) = (server.workers, server.shutdown_secs);
    let app = move || {
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
            .wrap(from_fn(answer_memory))
            .wrap(Compress::default())
            .wrap(from_fn(check_query))
            .wrap(from_fn(require_auth))
            .wrap(from_fn(rate_limit))
            .wrap(from_fn(share))
            .wrap(from_fn(request_log))
            .wrap(cors(&config))
            .wrap(from_fn(explain_refusal))
            .wrap(from_fn(move |request, next| security_headers(request, next, is_https)))
            .wrap(from_fn(head))
            .wrap(from_fn(normalize_path))
            .wrap(from_fn(last_answer))
            .wrap(from_fn(wire_body))
    };
    let builder = Server::build();
    let stopping = builder.graceful_shutdown_signal();
    // This is what `HttpServer` does, around a connection that is counted and has a time limit for its answers.
    let http = move || {
        let (gate, stopping) = (gate.clone(), stopping.clone());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let signal = stopping.clone();
                async move { signal.notified().await }
            })
            .keep_alive(limits.keep_alive)
            .client_request_timeout(limits.header_timeout)
            .client_disconnect_timeout(DISCONNECT_TIME)
            // A client that closes its half is gone. Its request ends, and so do its statements.
            .h1_allow_half_closed(false)
            .finish(map_config(app().into_factory().map_err(|error| error.error_response()), |_| AppConfig::default()));
        fn_service(move |io| {
            let gate = gate.clone();
            async move { gate.admit(io).await }
        })
        .and_then(http)
    };
    Ok(builder
        .workers(workers)
        .max_concurrent_connections((connections / workers).max(1))
        .shutdown_timeout(shutdown_secs)
        .disable_signals()
        .listen("landfall", listener, http)?
        .run())
}

/// Starts a second server with health and metrics only. Its connections are its own, so it answers when clients use all others.
///
/// # Errors
/// As [`serve`].
pub fn serve_health(state: &Arc<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    let document = openapi::document(false, &state.kinds);
    let route_table = web::Data::new(RouteTable::new(&document).map_err(std::io::Error::other)?);
    let header_timeout = state.config.server.header_timeout;
    let state = web::Data::from(state.clone());
    let http = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(route_table.clone())
            .configure(routes::configure_health)
            .default_service(web::to(nothing_else))
            .wrap(from_fn(request_log))
            .wrap(from_fn(|request, next| security_headers(request, next, false)))
            .wrap(from_fn(normalize_path))
            .wrap(from_fn(wire_body))
    });
    Ok(http
        .workers(1)
        .max_connections(HEALTH_CONNECTIONS)
        .client_request_timeout(header_timeout)
        .keep_alive(HEALTH_KEEP_ALIVE)
        .shutdown_timeout(0)
        .disable_signals()
        .listen(listener)?
        .run())
}

async fn nothing_else() -> HttpResponse {
    HttpResponse::from_error(ApiError::new(ErrorCode::NotFound, "This listener has /health and /metrics only."))
}
