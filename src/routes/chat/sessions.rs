//! Chat sessions.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Json, Path, Problem, Query};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, FreeJson, PageCursor, PageLimit, patch_field};
use crate::kinds::chat::wire::{ChatSession, CreateSessionRequest, MAX_PROJECT_ID_CHARS, MAX_TITLE_CHARS, NEW_TITLE};
use crate::kinds::chat::{self, SessionChanges};
use crate::models::chat_session;
use crate::models::page_budget::{Cut, ListBudget};
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListSessionsQuery {
    /// Only sessions of this project.
    project_id: Option<String>,
    /// The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the previous page.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionPage {
    pub sessions: Vec<ChatSession>,
    /// The cursor of the next page. Null on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// List chat sessions, most recently changed first.
#[utoipa::path(tag = "chat", params(ListSessionsQuery), responses((status = 200, description = "A page of sessions.", body = SessionPage)))]
#[get("/api/chat/sessions")]
pub async fn list_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListSessionsQuery>,
) -> Result<web::Json<SessionPage>, ApiError> {
    let project_id = query.project_id.as_deref();
    // PostgreSQL's text holds no NUL, so no session belongs to such a project.
    if project_id.is_some_and(|id| id.contains('\0')) {
        return Ok(web::Json(SessionPage { sessions: Vec::new(), next_cursor: None }));
    }
    let owner = &caller.owner;
    let size = ListBudget { bytes: state.config.data.page_bytes, largest_row: None };
    let Cut { rows, more } = user_tx::read(&state.db, owner, async |reader| {
        Ok(chat_session::list(reader, project_id, query.cursor, query.limit, size).await?)
    })
    .await?;
    let next_cursor =
        rows.last().filter(|_| more).map(|last| PageCursor { version: last.version, id: last.id }.encode());
    Ok(web::Json(SessionPage { sessions: rows.iter().map(ChatSession::from).collect(), next_cursor }))
}

/// Create a chat session.
///
/// Idempotent by `id`: a repeat answers the stored session.
#[utoipa::path(tag = "chat", responses(
    (status = 201, description = "Created.", body = ChatSession),
    (status = 200, description = "The stored session with this id.", body = ChatSession),
    (status = 409, description = "`session_deleted`: a session with this id was deleted.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/chat/sessions")]
pub async fn create_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<CreateSessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = body.id.unwrap_or_else(Uuid::now_v7);
    let content = body.into_content(NEW_TITLE);
    let (session, created) = chat::create_session(&state.writer, &caller.owner, id, content).await?;
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(ChatSession::from(&session)))
}

/// Read a chat session.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = ChatSession)))]
#[get("/api/chat/sessions/{sessionId}")]
pub async fn get_chat_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<web::Json<ChatSession>, ApiError> {
    let owner = &caller.owner;
    let session = user_tx::read(&state.db, owner, async |reader| Ok(chat_session::find(reader, id).await?))
        .await?
        .filter(|session| session.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(web::Json(ChatSession::from(&session)))
}

/// Changes of a session. Absent members stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSessionRequest {
    #[schema(min_length = 1, max_length = 200, example = "Plans for the quay")]
    title: Option<String>,
    /// Null removes the session from its project.
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    project_id: Option<Option<String>>,
    /// Replaces all metadata. Null removes it. At most 1 MiB.
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<FreeJson>)]
    metadata: Option<Option<FreeJson>>,
}

impl Check for UpdateSessionRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("title", self.title.as_deref(), 1, MAX_TITLE_CHARS);
        errors.optional_text(
            "projectId",
            self.project_id.as_ref().and_then(|id| id.as_deref()),
            1,
            MAX_PROJECT_ID_CHARS,
        );
        let metadata = self.metadata.as_ref().and_then(Option::as_ref);
        errors.bounded_object("metadata", metadata, DataLimits::METADATA_BYTES);
    }
}

/// Change a chat session.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session.")),
    responses((status = 200, description = "The changed session.", body = ChatSession)))]
#[patch("/api/chat/sessions/{sessionId}")]
pub async fn update_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    Json(body): Json<UpdateSessionRequest>,
) -> Result<web::Json<ChatSession>, ApiError> {
    let changes = SessionChanges { title: body.title, project_id: body.project_id, metadata: body.metadata };
    let session = chat::change_session(&state.writer, &caller.owner, id, changes).await?;
    Ok(web::Json(ChatSession::from(&session)))
}

/// Delete a chat session and its messages.
///
/// A repeated delete is no error.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/chat/sessions/{sessionId}")]
pub async fn delete_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    chat::delete_session(&state.writer, &state.kinds, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
