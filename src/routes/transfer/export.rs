//! Exports: streams that end with the document.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::document::{ConversationExport, ExportDocument, ProjectExport};
use super::include::Include;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::routes::http::{Path, Query};
use crate::sync::transfer::Export;
use crate::wire::Timestamp;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Names of collections, separated by commas (`projects`, `chatSessions`, `chatMessages` and `assets` too); none: all.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "conversations,interactions")]
    include: Include,
}

/// Export everything.
///
/// One JSON document of one moment, written as it is read: its size is not limited. What was deleted is not in it, nor what only the server needs (revisions,
/// positions). `POST /api/import` takes it back, `assets` aside: they tell of files, whose bytes are behind `storageUrl`.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(ExportQuery), responses((status = 200, description = "The document.", body = ExportDocument)))]
#[get("/api/export")]
pub async fn export_all(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ExportQuery>,
) -> Result<HttpResponse, ApiError> {
    let (sections, assets) = (query.include.sections(state.collections)?, query.include.assets());
    answer(&state, &caller, Export::Sections { sections, assets }, "landfall").await
}

/// Export a conversation with its interactions.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(("id" = String, Path, description = "The conversation.", min_length = 1, max_length = 128)),
    responses((status = 200, description = "`{conversation, interactions}`.", body = ConversationExport)))]
#[get("/api/conversations/{id}/export")]
pub async fn export_conversation(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&state, &caller, Export::Conversation(stored(id)?), "conversation").await
}

/// Export a project with its conversations and their interactions.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128)),
    responses((status = 200, description = "`{project, conversations, interactions}`.", body = ProjectExport)))]
#[get("/api/projects/{id}/export")]
pub async fn export_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&state, &caller, Export::Project(stored(id)?), "project").await
}

/// PostgreSQL's text holds no NUL, so nothing has such an id.
fn stored(id: String) -> Result<String, ApiError> {
    (!id.contains('\0')).then_some(id).ok_or_else(ApiError::not_found)
}

async fn answer(state: &AppState, caller: &CurrentUser, what: Export, name: &str) -> Result<HttpResponse, ApiError> {
    let document = state.transfers.export(&caller.owner, what).await?;
    let day = Timestamp::now().0.format("%Y-%m-%d");
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{day}.json\"")))
        .streaming(document))
}
