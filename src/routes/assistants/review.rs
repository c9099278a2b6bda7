//! The review of assistants by administrators.

use actix_web::{HttpResponse, patch, web};

use super::read::find_visible;
use super::stored;
use super::versioned::version_of;
use crate::auth::admin::ADMIN;
use crate::error::{ApiError, ErrorCode};
use crate::http::extract::if_match::IfMatch;
use crate::http::{CurrentUser, Json, Path, Problem};
use crate::kinds::assistants::requests::ReviewRequest;
use crate::kinds::assistants::wire::Assistant;
use crate::kinds::assistants::{self, ReviewDecision};
use crate::state::AppState;

/// Set the status of an assistant: the review by an administrator.
///
/// The owner's devices get the decision with their next pull.
#[utoipa::path(tag = "assistants",
    params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version, in place of `version`.")),
    request_body = ReviewRequest,
    responses(
        (status = 200, description = "The reviewed assistant.", body = Assistant, headers(("ETag" = String, description = "Its version."))),
        (status = 403, description = "`forbidden`: the caller is no administrator.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`revision_conflict`: another version is stored; `server` is that assistant.", body = Problem, content_type = "application/problem+json"),
    ))]
#[patch("/api/assistants/{id}/status")]
pub async fn review_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    if_match: IfMatch,
    Json(body): Json<ReviewRequest>,
) -> Result<HttpResponse, ApiError> {
    let base = version_of(if_match, body.version)?;
    let found = find_visible(&state, &caller, &id).await?;
    if caller.user.role != ADMIN {
        return Err(ApiError::new(ErrorCode::Forbidden, "Only administrators review assistants. Nothing was changed."));
    }
    let owner = assistants::owner_of(&state.db, &found).await?.ok_or_else(ApiError::not_found)?;
    let decision = ReviewDecision {
        id,
        status: body.status.to_string(),
        note: body.review_note.filter(|note| !note.is_empty()),
        // What the administrator has not seen is not published.
        base: base.unwrap_or(found.revision),
        reviewer: caller.owner.user_id().to_owned(),
    };
    let row = assistants::review(&state.writer, &owner, decision).await?;
    let is_own = row.owner == caller.owner.key();
    Ok(stored(if is_own { row } else { row.for_reviewer() }, false))
}
