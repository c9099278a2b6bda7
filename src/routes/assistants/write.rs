//! Writes assistants.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, delete, post, put, web};

use super::stored;
use super::versioned::{VersionedUpdate, version_of};
use crate::error::ApiError;
use crate::http::extract::if_match::{IfMatch, etag};
use crate::http::extract::path::checked_id;
use crate::http::{CurrentUser, Json, OptionalJson, Path, Problem};
use crate::kinds::assistants::requests::{CreateAssistantRequest, DeleteAssistantRequest, UpdateAssistantRequest};
use crate::kinds::assistants::wire::Assistant;
use crate::kinds::assistants::{self, AssistantChange};
use crate::state::AppState;
use crate::sync::idempotency::Mutation;

/// Create an assistant.
///
/// Idempotent by `tempId` and by `mutationId`: a repeat answers the stored assistant. An owner's `status` is `draft` or `pending`.
#[utoipa::path(tag = "assistants", request_body = CreateAssistantRequest, responses(
    (status = 201, description = "Created.", body = Assistant, headers(("ETag" = String, description = "Its version."))),
    (status = 200, description = "The stored assistant with this `tempId`.", body = Assistant, headers(("ETag" = String, description = "Its version."))),
    (status = 409, description = "`revision_conflict`: an own assistant has this id, or a deleted one this tempId; `server` is that assistant. `id_conflict`: another user's has the id, another content the tempId, or another request the mutationId.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/assistants")]
pub async fn create_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(mut body): Json<CreateAssistantRequest>,
) -> Result<HttpResponse, ApiError> {
    let mutation = Mutation::named(body.mutation_id.take(), ("create assistant", &body))?;
    let id = match body.id.take() {
        Some(id) => id,
        None => assistants::new_id()?,
    };
    let change = AssistantChange::Create { input: body.input(), temp_id: body.temp_id };
    let accepted = assistants::change(&state.writer, &caller.owner, id, change, mutation).await?;
    Ok(stored(accepted.row, accepted.created))
}

/// Change an assistant.
///
/// `version` (or `If-Match`) is the version that the change was made from. The tombstone's version restores a deleted one. A published assistant whose
/// text changes waits for another review.
#[utoipa::path(tag = "assistants",
    params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version, in place of `version`.")),
    request_body = UpdateAssistantRequest,
    responses(
        (status = 200, description = "Stored.", body = Assistant, headers(("ETag" = String, description = "Its version."))),
        (status = 409, description = "`revision_conflict`: another version is stored; `server` is that assistant. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    ))]
#[put("/api/assistants/{id}")]
pub async fn update_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    VersionedUpdate { mut body, version: base }: VersionedUpdate,
) -> Result<HttpResponse, ApiError> {
    let id = checked_id(id)?;
    let mutation = Mutation::named(body.mutation_id.take(), ("update assistant", &id, base, &body))?;
    let change = AssistantChange::Put { base, input: body.input() };
    let accepted = assistants::change(&state.writer, &caller.owner, id, change, mutation).await?;
    Ok(stored(accepted.row, false))
}

/// Delete an assistant.
///
/// A repeated delete is no error.
#[utoipa::path(tag = "assistants",
    params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version, in place of `version`.")),
    request_body(content = Option<DeleteAssistantRequest>, description = "Optional."),
    responses(
        (status = 204, description = "Deleted.", headers(("ETag" = String, description = "The tombstone's version."))),
        (status = 409, description = "`revision_conflict`: another version is stored; `server` is that assistant. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    ))]
#[delete("/api/assistants/{id}")]
pub async fn delete_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    if_match: IfMatch,
    OptionalJson(mut body): OptionalJson<DeleteAssistantRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = checked_id(id)?;
    let base = version_of(if_match, body.version)?;
    let mutation = Mutation::named(body.mutation_id.take(), ("delete assistant", &id, base))?;
    let change = AssistantChange::Delete { base };
    let accepted = assistants::change(&state.writer, &caller.owner, id, change, mutation).await?;
    Ok(HttpResponse::NoContent().insert_header((ETAG, etag(accepted.row.revision))).finish())
}
