//! Lists and reads projects.

use actix_web::http::header::LINK;
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Path, Query};
use crate::json::{Flag, VersionCursor};
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

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListProjectsQuery {
    /// `1` includes deleted projects.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    include_deleted: Flag,
    /// The cursor in the header `Link` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<VersionCursor>,
}

/// The most projects of a page. Without their documents they have about 4 MiB at most.
const MAX_PROJECTS: usize = 2_000;

/// List projects, most recently changed first.
///
/// Without their documents. The answer has at most 2,000 projects. If there are more, the header `Link` has the address of the next page, as
/// `</api/projects?cursor=...>; rel="next"`.
#[utoipa::path(tag = "projects", params(ListProjectsQuery), responses((status = 200, description = "The projects.", body = Vec<ProjectSummary>,
    headers(("Link" = Option<String>, description = "The next page, if there is one.")))))]
#[get("/api/projects")]
pub async fn list_projects(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListProjectsQuery>,
) -> Result<HttpResponse, ApiError> {
    let (owner, deleted, after) = (&caller.owner, query.include_deleted.0, query.cursor.as_ref());
    let lookahead = MAX_PROJECTS as i64 + 1;
    let mut rows =
        user_tx::read(&state.db, owner, async |reader| Ok(project::list(reader, deleted, after, lookahead).await?))
            .await?;
    let mut answer = HttpResponse::Ok();
    if rows.len() > MAX_PROJECTS {
        rows.truncate(MAX_PROJECTS);
        if let Some(last) = rows.last() {
            let cursor = VersionCursor { version: last.version, id: last.id.clone() }.encode();
            let deleted = if deleted { "&includeDeleted=1" } else { "" };
            answer.insert_header((LINK, format!("</api/projects?cursor={cursor}{deleted}>; rel=\"next\"")));
        }
    }
    Ok(answer.json(rows.iter().map(ProjectSummary::from).collect::<Vec<_>>()))
}

/// Read a project with its document.
#[utoipa::path(tag = "projects", params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128, example = "p-harbour"), ProjectsQuery),
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
