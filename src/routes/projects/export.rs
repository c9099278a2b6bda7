//! A project as a document.

use actix_web::{HttpResponse, get, web};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::http::{CurrentUser, Path};
use crate::json::FreeJson;
use crate::kinds::collections::conversations::Conversation;
use crate::kinds::collections::exports;
use crate::kinds::collections::interactions::Interaction;
use crate::models::project;
use crate::routes::transfer::export::{answer, stored};
use crate::state::AppState;
use crate::transfer::{Export, Tree};

/// A project, its conversations and what was said in them, and the projects below it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: PostgreSQL writes it")]
pub struct ProjectExport {
    project: FreeJson,
    conversations: Vec<Conversation>,
    /// Conversation by conversation, each in its order.
    interactions: Vec<Interaction>,
    /// The projects directly below it, each as such a document.
    children: Vec<FreeJson>,
}

/// Export a project with its conversations, their interactions, and the projects below it.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128, example = "p-harbour")),
    responses((status = 200, description = "`{project, conversations, interactions, children}`, where `children` has such a document for each project directly below it.", body = ProjectExport)))]
#[get("/api/projects/{id}/export")]
pub async fn export_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = stored(id)?;
    let tree = Tree { below: project::export_below(id.clone()), parts: exports::project, id };
    answer(&state, &caller, Export::Tree(tree), "project").await
}
