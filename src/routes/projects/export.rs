//! A project as a document.

use actix_web::{HttpResponse, get, web};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::http::{CurrentUser, Path};
use crate::json::FreeJson;
use crate::kinds::collections::conversations::Conversation;
use crate::kinds::collections::exports;
use crate::kinds::collections::interactions::Interaction;
use crate::routes::transfer::export::{answer, stored};
use crate::state::AppState;
use crate::transfer::Export;

/// A project, its conversations and what was said in them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: PostgreSQL writes it")]
pub struct ProjectExport {
    project: FreeJson,
    conversations: Vec<Conversation>,
    /// Conversation by conversation, each in its order.
    interactions: Vec<Interaction>,
}

/// Export a project with its conversations and their interactions.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128, example = "p-harbour")),
    responses((status = 200, description = "`{project, conversations, interactions}`.", body = ProjectExport)))]
#[get("/api/projects/{id}/export")]
pub async fn export_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&state, &caller, Export::Parts(exports::project(stored(id)?)), "project").await
}
