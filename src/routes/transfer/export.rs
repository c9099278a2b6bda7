//! Exports as streams.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::document::ExportDocument;
use super::include::Include;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::Query;
use crate::json::Timestamp;
use crate::state::AppState;
use crate::transfer::Export;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Names of collections, separated by commas. Without it, all.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "conversations,interactions")]
    include: Include,
}

/// Export all data of the user.
///
/// The document is JSON of one moment. It is streamed, so its size is not limited. It has no deleted rows, revisions or positions. `POST /api/import`
/// imports it, except for `assets`: these are metadata of files, and `storageUrl` has the bytes.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(ExportQuery), responses((status = 200, description = "The document.", body = ExportDocument)))]
#[get("/api/export")]
pub async fn export_all(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ExportQuery>,
) -> Result<HttpResponse, ApiError> {
    answer(&state, &caller, Export::Kinds(query.include.kinds(&state.kinds)?), "landfall").await
}

/// Answers `not_found` for an id with NUL: PostgreSQL's text holds none, so no row has such an id.
pub fn stored(id: String) -> Result<String, ApiError> {
    (!id.contains('\0')).then_some(id).ok_or_else(ApiError::not_found)
}

/// Answers an export as an attachment. `name` begins its file name.
pub async fn answer(
    state: &AppState,
    caller: &CurrentUser,
    what: Export,
    name: &str,
) -> Result<HttpResponse, ApiError> {
    let document = state.transfers.export(&caller.owner, what).await?;
    let day = Timestamp::now().0.format("%Y-%m-%d");
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{day}.json\"")))
        .streaming(document))
}
