//! Writes rows of collections.

use actix_web::http::header::ETAG;
use actix_web::{HttpResponse, delete, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::find;
use super::requests::{DeleteRowRequest, PutRowRequest};
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::extract::if_match::{IfMatch, etag};
use crate::http::extract::path::checked_id;
use crate::http::{Json, OptionalJson, Path, Problem};
use crate::json::Timestamp;
use crate::kinds::collections::{self, Change, DeleteRecord, PutRecord};
use crate::state::AppState;
use crate::sync::idempotency::Mutation;

/// The state of the row after the write.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WrittenRowResponse {
    #[schema(example = "V1StGXR8_Z5jdHi6B-myT")]
    id: String,
    /// The `baseRevision` of the next write.
    #[schema(example = 1)]
    revision: i64,
    updated_at: Timestamp,
}

/// Create, change or restore a row.
///
/// `baseRevision` (or `If-Match`) is the revision that the change was made from: 0 for a new row, the tombstone's to restore a deleted one. A put of
/// an equal value changes nothing. A row that a required reference names must be stored before.
#[utoipa::path(tag = "collections",
    params(("collection" = String, Path, description = "The name of the collection.", example = "tags"),
        ("id" = String, Path, description = "The row.", min_length = 1, max_length = 128, example = "todo"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the revision, in place of `baseRevision`.")),
    request_body = PutRowRequest,
    responses(
        (status = 200, description = "Stored.", body = WrittenRowResponse, headers(("ETag" = String, description = "The revision."))),
        (status = 201, description = "Created.", body = WrittenRowResponse, headers(("ETag" = String, description = "The revision."))),
        (status = 403, description = "`forbidden`: rows of this collection come from the server only. `origin_not_allowed`: a write with the cookie from an origin that is not allowed.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`revision_conflict`: another revision is stored; `server` is that row, or null without one. `duplicate_name`: `server` is the other row. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: `errors` lists all errors; `unknown_reference`: a required row is not stored. `secret_in_clear`: seal it or keep it on the device.", body = Problem, content_type = "application/problem+json"),
    ))]
#[put("/api/collections/{collection}/{id}")]
pub async fn put_row(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path((collection, id)): Path<(String, String)>,
    if_match: IfMatch,
    Json(body): Json<PutRowRequest>,
) -> Result<HttpResponse, ApiError> {
    let definition = find(&state.kinds, &collection)?;
    let id = checked_id(id)?;
    let base_revision = if_match.or_required(body.base_revision)?;
    let request = ("put", definition.name, &id, base_revision, &body.value);
    let mutation = Mutation::named(body.mutation_id, request)?;
    let change = Change::Put(PutRecord::new(definition, id.clone(), body.value, base_revision)?);
    let row = collections::change(&state.writer, &caller.owner, &state.kinds, change, mutation).await?;
    let mut answer = if row.created { HttpResponse::Created() } else { HttpResponse::Ok() };
    let body = WrittenRowResponse { id, revision: row.revision, updated_at: row.updated_at };
    Ok(answer.insert_header((ETAG, etag(row.revision))).json(body))
}

/// Delete a row and its parts.
///
/// Rows with an optional reference to it stay, without the reference. A repeated delete is no error. A PUT on the tombstone's revision restores this
/// row only.
#[utoipa::path(tag = "collections",
    params(("collection" = String, Path, description = "The name of the collection.", example = "tags"),
        ("id" = String, Path, description = "The row.", min_length = 1, max_length = 128, example = "todo"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the revision, in place of `baseRevision`.")),
    request_body(content = Option<DeleteRowRequest>, description = "Optional."),
    responses(
        (status = 204, description = "Deleted.", headers(("ETag" = String, description = "The tombstone's revision."))),
        (status = 403, description = "`forbidden`: rows of this collection come from the server only, or others can't be read without this one. `origin_not_allowed`: a write with the cookie from an origin that is not allowed.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`revision_conflict`: another revision is stored; `server` is that row. `id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    ))]
#[delete("/api/collections/{collection}/{id}")]
pub async fn delete_row(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path((collection, id)): Path<(String, String)>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<DeleteRowRequest>,
) -> Result<HttpResponse, ApiError> {
    let definition = find(&state.kinds, &collection)?;
    let id = checked_id(id)?;
    let base_revision = if_match.or_body(body.base_revision)?;
    let request = ("delete", definition.name, &id, base_revision);
    let mutation = Mutation::named(body.mutation_id, request)?;
    let change = Change::Delete(DeleteRecord { definition, id, base_revision });
    let row = collections::change(&state.writer, &caller.owner, &state.kinds, change, mutation).await?;
    Ok(HttpResponse::NoContent().insert_header((ETAG, etag(row.revision))).finish())
}
