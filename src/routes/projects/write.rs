//! Writes projects.

use actix_web::{HttpResponse, delete, post, put, web};
use uuid::Uuid;

use super::answer::{self, StoredProject};
use super::body::ProjectBody;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::extract::if_match::IfMatch;
use crate::http::extract::path::checked_id;
use crate::http::{OptionalJson, Path, Problem};
use crate::kinds::projects::requests::{CreateProjectRequest, DeleteProjectRequest, PutProjectRequest};
use crate::kinds::projects::wire::Project;
use crate::kinds::projects::{self, ProjectChange};
use crate::state::AppState;
use crate::sync::idempotency::Mutation;

/// Create, change or restore a project.
///
/// `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new project, the tombstone's to restore a deleted one. A
/// put without a change keeps the revision.
#[utoipa::path(tag = "projects",
    params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128, example = "p-harbour"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the revision, in place of `baseRevision`.")),
    request_body = PutProjectRequest,
    responses(
        (status = 200, description = "Stored.", body = StoredProject, headers(("ETag" = String, description = "The revision."))),
        (status = 201, description = "Created.", body = StoredProject, headers(("ETag" = String, description = "The revision."))),
        (status = 409, description = "`revision_conflict`: another revision is stored; `server` is that project, or null without one. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    ))]
#[put("/api/projects/{id}")]
pub async fn put_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    if_match: IfMatch,
    ProjectBody(mut body): ProjectBody<PutProjectRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = checked_id(id)?;
    let base_revision = if_match.or_required(body.base_revision)?;
    let mutation = Mutation::named(body.mutation_id.take(), ("put project", &id, base_revision, &body))?;
    let change = ProjectChange::Put { base_revision, changes: body.into_changes() };
    answer::of_put(projects::change(&state.writer, &state.kinds, &caller.owner, id, change, mutation).await?)
}

/// Create a project.
///
/// Idempotent by `id`: a repeat answers the stored project, even a deleted one. The SDK claims guest data with it.
#[utoipa::path(tag = "projects", request_body = CreateProjectRequest, responses(
    (status = 201, description = "Created.", body = Project, headers(("ETag" = String, description = "The revision."))),
    (status = 200, description = "The stored project with this id.", body = Project, headers(("ETag" = String, description = "The revision."))),
    (status = 409, description = "`id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/projects")]
pub async fn create_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    ProjectBody(mut body): ProjectBody<CreateProjectRequest>,
) -> Result<HttpResponse, ApiError> {
    let mutation = Mutation::named(body.mutation_id.take(), ("create project", &body))?;
    let id = body.id.take().unwrap_or_else(|| Uuid::now_v7().to_string());
    let (row, created) =
        projects::create(&state.writer, &state.kinds, &caller.owner, id, body.into_changes(), mutation).await?;
    Ok(answer::of_row(row, created))
}

/// Delete a project and all projects below it.
///
/// Their chat sessions stay, without a project. A repeated delete is no error. A PUT on the tombstone's revision restores the project.
#[utoipa::path(tag = "projects",
    params(("id" = String, Path, description = "The project.", min_length = 1, max_length = 128, example = "p-harbour"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the revision, in place of `baseRevision`.")),
    request_body(content = Option<DeleteProjectRequest>, description = "Optional."),
    responses(
        (status = 204, description = "Deleted.", headers(("ETag" = String, description = "The tombstone's revision."))),
        (status = 409, description = "`revision_conflict`: another revision is stored; `server` is that project. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    ))]
#[delete("/api/projects/{id}")]
pub async fn delete_project(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    if_match: IfMatch,
    OptionalJson(mut body): OptionalJson<DeleteProjectRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = checked_id(id)?;
    let base_revision = if_match.or_body(body.base_revision)?;
    let mutation = Mutation::named(body.mutation_id.take(), ("delete project", &id, base_revision))?;
    let change = ProjectChange::Delete { base_revision };
    answer::of_delete(projects::change(&state.writer, &state.kinds, &caller.owner, id, change, mutation).await?)
}
