//! Reading projects.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer;
use super::types::{Project, ProjectSummary};
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::models::project;
use crate::routes::http::{Path, Query};
use crate::sync::door;
use crate::wire::Flag;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    /// 1: deleted ones too.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
}

/// List projects, the last changed first.
///
/// All of them, without their documents.
#[utoipa::path(tag = "projects", params(ProjectsQuery), responses((status = 200, description = "The projects.", body = Vec<ProjectSummary>)))]
#[get("/api/projects")]
pub async fn list_projects(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ProjectsQuery>,
) -> Result<web::Json<Vec<ProjectSummary>>, ApiError> {
    let (owner, deleted) = (&caller.owner, query.include_deleted.0);
    let rows = door::read(&state.db, owner, async |conn| Ok(project::list(conn, owner, deleted, None).await?)).await?;
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
    // PostgreSQL's text holds no NUL, so nothing has such an id.
    if id.contains('\0') {
        return Err(ApiError::not_found());
    }
    let owner = &caller.owner;
    let row = door::read(&state.db, owner, async |conn| Ok(project::find(conn, owner, &id).await?))
        .await?
        .filter(|row| query.include_deleted.0 || row.summary.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(answer::of_row(row, false))
}
