//! Lists and reads projects.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Path, Query};
use crate::json::Flag;
use crate::kinds::projects::wire::{Project, ProjectSummary};
use crate::models::project;
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    /// `1` includes deleted projects.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
}

/// List projects, most recently changed first.
///
/// All projects, without their documents.
#[utoipa::path(tag = "projects", params(ProjectsQuery), responses((status = 200, description = "The projects.", body = Vec<ProjectSummary>)))]
#[get("/api/projects")]
pub async fn list_projects(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ProjectsQuery>,
) -> Result<web::Json<Vec<ProjectSummary>>, ApiError> {
    let (owner, deleted) = (&caller.owner, query.include_deleted.0);
    let rows = user_tx::read(&state.db, owner, async |reader| Ok(project::list(reader, deleted, None).await?)).await?;
    Ok(web::Json(rows.iter().map(ProjectSummary::from).collect()))
}

/// Read a project with its document.
#[utoipa::path(tag = "projects", params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128), ProjectsQuery),
    responses((status = 200, description = "The project.", body = Project, headers(("ETag" = String, description = "Its revision.")))))]
#[get("/api/projects/{id}")]
pub async fn get_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    Query(query): Query<ProjectsQuery>,
) -> Result<HttpResponse, ApiError> {
    // PostgreSQL's text holds no NUL, so no row has such an id.
    if id.contains('\0') {
        return Err(ApiError::not_found());
    }
    let owner = &caller.owner;
    let row = user_tx::read(&state.db, owner, async |reader| Ok(project::find(reader, &id).await?))
        .await?
        .filter(|row| query.include_deleted.0 || row.summary.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(answer::of_row(row, false))
}
