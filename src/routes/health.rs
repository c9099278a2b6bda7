//! Liveness and readiness.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ops::health::{Condition, Dependency};
use crate::state::AppState;

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `unavailable`, or `stopping`: the server still serves, and takes no further clients.
    #[schema(example = "ok")]
    status: &'static str,
    checks: Checks,
}

#[derive(Serialize, ToSchema)]
pub struct Checks {
    /// `ok`, `unavailable` (no answer), `read_only` (it takes no writes), `full` (a write found no room), or `not_migrated` (it lacks the tables).
    #[schema(example = "ok")]
    database: &'static str,
    /// `ok` or `unavailable`.
    #[schema(example = "ok")]
    storage: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Alive {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process answers.
///
/// It uses neither database nor storage. The SDK uses it to find out whether it is online.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "The process answers.", body = Alive)))]
#[get("/health/live")]
pub async fn live() -> web::Json<Alive> {
    web::Json(Alive { status: "ok" })
}

/// Whether the database takes writes, the object storage answers, and the server was not told to stop, as of the last second.
#[utoipa::path(tag = "operations", security(()), responses(
    (status = 200, description = "It is ready.", body = Health),
    (status = 503, description = "It is not; `checks` says what does not answer within 2 s.", body = Health, content_type = "application/json"),
))]
#[get("/health/ready")]
pub async fn ready(state: web::Data<AppState>) -> HttpResponse {
    let (database, storage) =
        futures_util::join!(state.health.condition(Dependency::Database), state.health.condition(Dependency::Storage));
    let status: &'static str = match (database, storage) {
        _ if state.health.is_stopping() => "stopping",
        (Condition::Ok, Condition::Ok) => Condition::Ok.into_str(),
        _ => Condition::Unavailable.into_str(),
    };
    let all = status == "ok";
    let body = Health { status, checks: Checks { database: database.into_str(), storage: storage.into_str() } };
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(body)
}
