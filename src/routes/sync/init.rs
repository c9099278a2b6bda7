//! The initial snapshot of a new device.

use std::collections::BTreeMap;

use actix_web::http::header::{ContentType, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::limits::Limits;
use crate::auth::Identity;
use crate::error::ApiError;
use crate::http::extract::if_none_match;
use crate::http::{CurrentUser, Query};
use crate::json::{FreeJson, PageLimit, Timestamp};
use crate::kinds::assets::wire::Asset;
use crate::kinds::assistants::wire::Assistant;
use crate::kinds::chat::wire::{ChatMessage, ChatSession};
use crate::kinds::collections;
use crate::kinds::projects::wire::ProjectSummary;
use crate::routes::auth::User;
use crate::state::AppState;
use crate::sync::cursor::Cursor;
use crate::sync::snapshot::{InitQuery, Snapshot};

/// The version of the answer's shape, a part of the ETag. Raise it when the shape changes.
const SHAPE: u32 = 7;

/// Room for the answer of a usual user, so that it is not copied while it grows.
const ANSWER_BYTES: usize = 64 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct SyncInitQuery {
    /// The chat session whose messages to include. The default is the session that changed last.
    current_session_id: Option<Uuid>,
    /// The number of its newest messages, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    message_limit: PageLimit,
}

/// What a new device shows first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncInitResponse<'a> {
    user: User,
    /// The id of the database history. A restore from a backup changes it.
    epoch: Uuid,
    /// The cursor of the first pull, which returns all rows, because this answer has a part of them only.
    cursor: String,
    server_time: Timestamp,
    limits: Limits<'a>,
    /// At most 50, the last changed first, and about 1 MiB. `GET /api/chat/sessions` has all.
    sessions: Vec<ChatSession>,
    /// The newest messages of the current session, in order of `position`. About 2 MiB at most.
    messages: Vec<ChatMessage>,
    /// At most 200, the last changed first, without `data`.
    projects: Vec<ProjectSummary>,
    /// Metadata of files. At most 200, the last changed first.
    assets: Vec<Asset>,
    /// The user's own. At most 50, the last changed first.
    assistants: Vec<Assistant>,
    /// The user's settings by key: the `value` members of the rows of `settings`. At most 500, each of at most 16 KiB, and about 1 MiB together.
    #[schema(value_type = Object)]
    preferences: BTreeMap<String, FreeJson>,
}

/// Get the initial snapshot of a new device.
///
/// It has metadata and no file bytes. Send the `ETag` back as `If-None-Match`: without changes, the answer is a 304 without a body.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(SyncInitQuery, ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer.")), responses(
    (status = 200, description = "The snapshot.", body = SyncInitResponse, headers(("ETag" = String, description = "Identifies the snapshot."))),
    (status = 304, description = "Nothing changed since the given ETag."),
))]
#[get("/api/sync/init")]
pub async fn sync_init(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<SyncInitQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = InitQuery { current_session_id: query.current_session_id, message_limit: query.message_limit.0 };
    let seen = state.snapshots.seen(&caller.owner).await?;
    let etag = etag_of(&state, &caller, seen.version, &query);
    if if_none_match::has_tag(&request, &etag) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    let snapshot = state.snapshots.snapshot(&caller.owner, seen, query.clone()).await?;
    // The snapshot may be newer than the version that was read first, so it has its own ETag.
    let etag = etag_of(&state, &caller, snapshot.version, &query);
    let mut body = Vec::with_capacity(ANSWER_BYTES);
    serde_json::to_writer(&mut body, &answer(&state, &caller, &snapshot)?).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag)).content_type(ContentType::json()).body(body))
}

fn answer<'a>(state: &'a AppState, caller: &Identity, snapshot: &Snapshot) -> Result<SyncInitResponse<'a>, ApiError> {
    let values =
        || collections::definitions(&state.kinds).map(|one| (one.name.to_owned(), one.max_value_bytes)).collect();
    Ok(SyncInitResponse {
        user: User::from(&caller.user),
        epoch: state.epoch,
        cursor: Cursor::start(state.epoch).encode(),
        server_time: Timestamp::now(),
        limits: Limits::of(state, snapshot, values)?,
        sessions: snapshot.sessions.iter().map(ChatSession::from).collect(),
        messages: snapshot.messages.iter().map(ChatMessage::from).collect(),
        projects: snapshot.projects.iter().map(ProjectSummary::from).collect(),
        assets: snapshot.assets.iter().map(Asset::from).collect(),
        assistants: snapshot.assistants.iter().cloned().map(Assistant::from).collect(),
        preferences: snapshot.preferences.iter().cloned().collect(),
    })
}

fn etag_of(state: &AppState, caller: &Identity, version: i64, query: &InitQuery) -> String {
    let profile = caller.user.updated_at.0.timestamp_millis();
    let state = format!("{SHAPE} {} {} {version} {profile} {query:?}", state.epoch, caller.user.id);
    if_none_match::tag_of(state.as_bytes())
}
