//! Metrics for Prometheus.

use std::sync::atomic::Ordering;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, web};
use prometheus::TEXT_FORMAT;
use secrecy::ExposeSecret as _;

use crate::auth::token;
use crate::config::MetricsAccess;
use crate::error::{ApiError, ErrorCode};
use crate::http::Problem;
use crate::http::extract::caller::bearer_of;
use crate::ops::health::Dependency;
use crate::ops::metrics::Gauges;
use crate::state::AppState;

/// Counts and times of requests, use of the database's connections, and outages, for Prometheus.
///
/// With `LANDFALL_METRICS_TOKEN` it needs that as a bearer token. Without, it is open in development and absent in production. It uses neither database nor
/// storage, so it answers during an outage.
#[utoipa::path(tag = "operations", security((), ("metrics" = [])), responses(
    (status = 200, description = "Prometheus' text format.", body = String, content_type = "text/plain"),
    (status = 401, description = "`unauthenticated`: another token than `LANDFALL_METRICS_TOKEN`, or none.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`not_found`: production without `LANDFALL_METRICS_TOKEN`.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/metrics")]
pub async fn metrics(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    match &state.config.server.metrics {
        MetricsAccess::Open => {}
        MetricsAccess::Off => return Err(ApiError::new(ErrorCode::NotFound, "There is nothing at this address.")),
        // Hashes are compared: comparing the tokens takes longer the more of a guess is right.
        MetricsAccess::Token(known) => {
            if bearer_of(&request).map(token::hash) != Some(token::hash(known.expose_secret())) {
                let detail = "Send `Authorization: Bearer` with the token of LANDFALL_METRICS_TOKEN.";
                return Err(ApiError::new(ErrorCode::Unauthenticated, detail));
            }
        }
    }
    let now = Gauges {
        pool: state.db.pool_use(),
        listeners: state.events.listeners(),
        streams: state.streams.sum(),
        body_bytes: state.body_memory.reserved(),
        open: state.connections.sum(),
        dependencies: [Dependency::Database, Dependency::Storage]
            .map(|one| (one.into_str(), !state.health.is_away(one))),
        missing_files: state.files.missing.load(Ordering::Relaxed),
    };
    let page = state.metrics.page(&now).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(page))
}
