//! The answers of project writes.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, ServerCopy};
use crate::http::extract::if_match::etag;
use crate::json::Timestamp;
use crate::kinds::projects::wire::Project;
use crate::kinds::projects::{Accepted, ProjectOutcome};
use crate::models::project::ProjectRecord;

/// The state of the project after the write.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredProject {
    #[schema(example = "p-harbour")]
    id: String,
    /// The `baseRevision` of the next write.
    revision: i64,
    updated_at: Timestamp,
}

/// 201 or 200 for an accepted PUT, 409 with the stored row for one with another base revision.
pub fn of_put(outcome: ProjectOutcome) -> Result<HttpResponse, ApiError> {
    let Accepted { id, revision, updated_at, created } = accepted(outcome)?;
    Ok(stored(created, revision, StoredProject { id, revision, updated_at }))
}

/// 204 with the tombstone's ETag. A PUT on it restores the project.
pub fn of_delete(outcome: ProjectOutcome) -> Result<HttpResponse, ApiError> {
    let done = accepted(outcome)?;
    Ok(HttpResponse::NoContent().insert_header((ETAG, etag(done.revision))).finish())
}

fn accepted(outcome: ProjectOutcome) -> Result<Accepted, ApiError> {
    match outcome {
        ProjectOutcome::Accepted(accepted) => Ok(accepted),
        ProjectOutcome::Conflict(row) => {
            Err(ApiError::revision_conflict(ServerCopy::of(row.map(Project::from).as_ref())))
        }
    }
}

/// The whole row with its ETag.
pub fn of_row(row: ProjectRecord, created: bool) -> HttpResponse {
    stored(created, row.summary.revision, Project::from(row))
}

fn stored(created: bool, revision: i64, body: impl Serialize) -> HttpResponse {
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, etag(revision))).json(body)
}
