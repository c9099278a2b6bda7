//! Counts over all users.

use actix_web::{get, web};

use crate::error::ApiError;
use crate::http::Admin;
use crate::ops::statistics::Counts;
use crate::state::AppState;

/// Count users, rows, bytes and writes.
///
/// For administrators; others get a 404. The counts are up to a minute old.
#[utoipa::path(tag = "admin", extensions(("x-rate-limit" = json!("batch"))), responses(
    (status = 200, description = "The counts.", body = Counts),
    (status = 404, description = "`not_found`: the caller is no administrator.", body = crate::http::Problem, content_type = "application/problem+json"),
))]
#[get("/api/admin/stats")]
pub async fn get_stats(state: web::Data<AppState>, _admin: Admin) -> Result<web::Json<Counts>, ApiError> {
    Ok(web::Json((*state.statistics.counts().await?).clone()))
}
