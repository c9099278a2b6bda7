//! Chat sessions.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::types::ChatSession;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::models::chat_session::{self, ChatSessionContent};
use crate::routes::http::{Json, Path, Problem, Query};
use crate::sync::chat::{self, SessionChanges};
use crate::sync::door;
use crate::wire::check::Report;
use crate::wire::{Check, FreeJson, PageCursor, PageLimit, given};

const MAX_TITLE_CHARS: usize = 200;
const MAX_PROJECT_ID_CHARS: usize = 128;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ListSessionsQuery {
    /// Only sessions of this project.
    project_id: Option<String>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The `nextCursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionPage {
    pub sessions: Vec<ChatSession>,
    /// Where the next page begins; null on the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// List chat sessions, the last changed first.
#[utoipa::path(tag = "chat", params(ListSessionsQuery), responses((status = 200, description = "A page of sessions.", body = SessionPage)))]
#[get("/api/chat/sessions")]
pub async fn list_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ListSessionsQuery>,
) -> Result<web::Json<SessionPage>, ApiError> {
    let project_id = query.project_id.as_deref();
    // PostgreSQL's text holds no NUL, so nothing has such a project.
    if project_id.is_some_and(|id| id.contains('\0')) {
        return Ok(web::Json(SessionPage { sessions: Vec::new(), next_cursor: None }));
    }
    let owner = &caller.owner;
    let mut rows = door::read(&state.db, owner, async |conn| {
        Ok(chat_session::list(conn, owner, project_id, query.cursor, query.limit).await?)
    })
    .await?;
    let more = query.limit.cut(&mut rows);
    let next_cursor =
        rows.last().filter(|_| more).map(|last| PageCursor { revision: last.revision, id: last.id }.encode());
    Ok(web::Json(SessionPage { sessions: rows.iter().map(ChatSession::from).collect(), next_cursor }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSessionRequest {
    /// Chosen by the device where it works offline; else the server makes one.
    id: Option<Uuid>,
    #[schema(example = "Plans for the harbour", min_length = 1, max_length = 200)]
    title: String,
    #[schema(min_length = 1, max_length = 128)]
    project_id: Option<String>,
    metadata: Option<FreeJson>,
}

impl CreateSessionRequest {
    pub fn into_content(self) -> ChatSessionContent {
        ChatSessionContent { title: self.title, project_id: self.project_id, metadata: self.metadata }
    }
}

impl Check for CreateSessionRequest {
    fn check(&self, report: &mut Report) {
        report.text("title", &self.title, 1, MAX_TITLE_CHARS);
        report.optional_text("projectId", self.project_id.as_deref(), 1, MAX_PROJECT_ID_CHARS);
        report.free_object("metadata", self.metadata.as_ref());
    }
}

/// Create a chat session.
///
/// Idempotent by `id`: the same id again answers the session that is there.
#[utoipa::path(tag = "chat", responses(
    (status = 201, description = "Created.", body = ChatSession),
    (status = 200, description = "A session with this id was there already; this is it.", body = ChatSession),
    (status = 409, description = "`session_deleted`: a session with this id was deleted.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/chat/sessions")]
pub async fn create_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<CreateSessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = body.id.unwrap_or_else(Uuid::now_v7);
    let content = body.into_content();
    let (session, created) = chat::create_session(&state.spaces, &caller.owner, id, content).await?;
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
    let session = door::read(&state.db, owner, async |conn| Ok(chat_session::find(conn, owner, id).await?))
        .await?
        .filter(|session| session.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(web::Json(ChatSession::from(&session)))
}

/// Members that are left out stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSessionRequest {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// Null takes the session out of its project.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    project_id: Option<Option<String>>,
    /// Replaces all metadata; null removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<FreeJson>)]
    metadata: Option<Option<FreeJson>>,
}

impl Check for UpdateSessionRequest {
    fn check(&self, report: &mut Report) {
        report.optional_text("title", self.title.as_deref(), 1, MAX_TITLE_CHARS);
        report.optional_text(
            "projectId",
            self.project_id.as_ref().and_then(|id| id.as_deref()),
            1,
            MAX_PROJECT_ID_CHARS,
        );
        report.free_object("metadata", self.metadata.as_ref().and_then(Option::as_ref));
    }
}

/// Change a chat session.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session.")),
    responses((status = 200, description = "The session as it is now.", body = ChatSession)))]
#[patch("/api/chat/sessions/{sessionId}")]
pub async fn update_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
    Json(body): Json<UpdateSessionRequest>,
) -> Result<web::Json<ChatSession>, ApiError> {
    let changes = SessionChanges { title: body.title, project_id: body.project_id, metadata: body.metadata };
    let session = chat::change_session(&state.spaces, &caller.owner, id, changes).await?;
    Ok(web::Json(ChatSession::from(&session)))
}

/// Delete a chat session and its messages.
///
/// A second time is no error.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "Deleted.")))]
#[delete("/api/chat/sessions/{sessionId}")]
pub async fn delete_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    chat::delete_session(&state.spaces, &caller.owner, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
