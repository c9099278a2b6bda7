//! What the process counts, for who operates it.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, get, web};
use prometheus::TEXT_FORMAT;

use crate::app::AppState;
use crate::auth::extractor::bearer_of;
use crate::auth::token;
use crate::config::MetricsAccess;
use crate::error::{ApiError, ErrorCode};
use crate::health::Part;
use crate::metrics::Now;
use crate::routes::http::Problem;

/// Counts and times of requests, the use of the database's connections, outages: for Prometheus.
///
/// With `LANDFALL_METRICS_TOKEN` it takes that as a bearer token; without, it is open in development and absent in production. It asks nobody else, so it answers
/// while the database is away.
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
        // Hashes, since a comparison of the tokens themselves takes longer the more of a guess is right.
        MetricsAccess::Token(known) => {
            if bearer_of(&request).map(token::hash) != Some(token::hash(known.expose())) {
                let detail = "Send `Authorization: Bearer` with the token of LANDFALL_METRICS_TOKEN.";
                return Err(ApiError::new(ErrorCode::Unauthenticated, detail));
            }
        }
    }
    let now = Now {
        pool: state.db.pool_use(),
        listeners: state.events.listeners(),
        parts: [("database", !state.health.is_away(Part::Database)), ("storage", !state.health.is_away(Part::Storage))],
    };
    let page = state.metrics.page(&now).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(page))
}
