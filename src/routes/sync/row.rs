//! One row as a pull would return it, for conflicts whose row does not fit into the answer of a push.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::change::SyncChange;
use crate::error::ApiError;
use crate::http::{CurrentUser, Problem, Query};
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SyncRowQuery {
    /// A collection that syncs.
    #[param(example = "projects")]
    collection: String,
    /// The row's id.
    #[param(min_length = 1, max_length = 128)]
    key: String,
}

/// Read one row as it is stored now.
///
/// A tombstone has `deletedAt` and no value. Answers 404 (`not_found`) for a row that was never stored.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(SyncRowQuery), responses(
    (status = 200, description = "The row.", body = SyncChange),
    (status = 404, description = "`not_found`: no such row was ever stored.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/sync/row")]
pub async fn sync_row(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<SyncRowQuery>,
) -> Result<web::Json<SyncChange>, ApiError> {
    let SyncRowQuery { collection, key } = query;
    // PostgreSQL's text holds no NUL, so no row has such a key.
    let kind = state.kinds.find(&collection).filter(|_| !key.contains('\0')).ok_or_else(ApiError::not_found)?;
    let keys = [key];
    let rows = user_tx::read(&state.db, &caller.owner, async |reader| kind.load(reader, &keys).await).await?;
    let row = rows.into_iter().next().ok_or_else(ApiError::not_found)?;
    Ok(web::Json(SyncChange::from((kind.name(), row))))
}
