//! The login sync.

use std::collections::BTreeMap;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, get, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::app::AppState;
use crate::auth::{CurrentUser, Identity};
use crate::error::ApiError;
use crate::routes::asset_types::Asset;
use crate::routes::auth::User;
use crate::routes::chat::batch::{MAX_CONTENT_CHARS, MAX_MESSAGES};
use crate::routes::chat_types::{ChatMessage, ChatSession};
use crate::routes::http::Query;
use crate::routes::project_types::ProjectSummary;
use crate::sync::cursor::Cursor;
use crate::sync::init::{InitQuery, Snapshot};
use crate::wire::{FileSpace, FileType, FreeJson, PageLimit, Timestamp};

/// Raise when the shape of the answer changes, so that no client keeps the old one for current.
const SHAPE: u32 = 4;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct SyncInitQuery {
    /// Whose messages to bring; default: the session that changed last.
    current_session_id: Option<Uuid>,
    /// How many of its newest messages: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    message_limit: PageLimit,
}

/// Bytes of a file, by its type.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaLimits {
    #[schema(example = 10_485_760)]
    image: i64,
    #[schema(example = 104_857_600)]
    video: i64,
    #[schema(example = 52_428_800)]
    audio: i64,
    #[schema(example = 52_428_800)]
    document: i64,
    #[schema(example = 26_214_400)]
    other: i64,
}

/// What the server takes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Messages in one batch.
    #[schema(example = 500)]
    max_batch_messages: usize,
    /// Characters in one message.
    #[schema(example = 1_000_000)]
    max_content_chars: usize,
    /// Bytes in one JSON body, after decompression.
    #[schema(example = 8_388_608)]
    max_body_bytes: usize,
    /// Bytes in one project's document.
    #[schema(example = 5_242_880)]
    max_project_bytes: usize,
    /// Bytes of a file that goes straight to the storage.
    #[schema(example = 5_368_709_120_i64)]
    max_asset_bytes: i64,
    /// Bytes of a file through the server, by type.
    max_media_bytes: MediaLimits,
    /// What the person's files may take up.
    quota: FileSpace,
    /// What they take up now.
    used: FileSpace,
}

/// Everything that a device needs to show its first screen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncInitResponse {
    user: User,
    /// Which life of the database this is; changes only by a restore from a backup.
    epoch: Uuid,
    /// To pull with: everything comes, since this answer holds a part of it only.
    cursor: String,
    server_time: Timestamp,
    limits: Limits,
    /// The last changed first, at most 50.
    sessions: Vec<ChatSession>,
    /// The newest of the current session, in order of `position`.
    messages: Vec<ChatMessage>,
    /// The last changed first, at most 200, without `data`.
    projects: Vec<ProjectSummary>,
    /// What is known of files, the last changed first, at most 200.
    assets: Vec<Asset>,
    /// None yet.
    assistants: Vec<FreeJson>,
    /// The person's settings, by key: what the rows of `settings` hold in `value`. At most 500, none larger than 16 KiB.
    #[schema(value_type = Object)]
    preferences: BTreeMap<String, FreeJson>,
}

/// Login sync: all that a device shows first, in one answer.
///
/// Metadata first, no files. Send the `ETag` back as `If-None-Match`: while nothing changed the answer is a 304 without a body.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(SyncInitQuery, ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer.")), responses(
    (status = 200, description = "The state in one snapshot.", body = SyncInitResponse, headers(("ETag" = String, description = "Names this state."))),
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
    let version = state.login_sync.version(&caller.owner).await?;
    let etag = etag_of(&state, &caller, version, &query);
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, etag))
            .insert_header((CACHE_CONTROL, "private, no-cache"))
            .finish());
    }
    let snapshot = state.login_sync.snapshot(&caller.owner, version, query.clone()).await?;
    // The snapshot may be newer than the version that was read first; its own ETag is the right one.
    let etag = etag_of(&state, &caller, snapshot.version, &query);
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(answer(&state, &caller, &snapshot)))
}

fn answer(state: &AppState, caller: &Identity, snapshot: &Snapshot) -> SyncInitResponse {
    let files = &state.config.files;
    SyncInitResponse {
        user: User::from(&caller.user),
        epoch: state.epoch,
        cursor: Cursor::start(state.epoch).encode(),
        server_time: Timestamp::now(),
        limits: Limits {
            max_batch_messages: MAX_MESSAGES,
            max_content_chars: MAX_CONTENT_CHARS,
            max_body_bytes: state.config.server.max_body_bytes,
            max_project_bytes: state.config.server.max_project_bytes,
            max_asset_bytes: files.max_asset_bytes,
            max_media_bytes: MediaLimits {
                image: files.max_media_bytes(FileType::Image),
                video: files.max_media_bytes(FileType::Video),
                audio: files.max_media_bytes(FileType::Audio),
                document: files.max_media_bytes(FileType::Document),
                other: files.max_media_bytes(FileType::Other),
            },
            quota: files.quota,
            used: snapshot.files_used,
        },
        sessions: snapshot.sessions.iter().map(ChatSession::from).collect(),
        messages: snapshot.messages.iter().map(ChatMessage::from).collect(),
        projects: snapshot.projects.iter().map(ProjectSummary::from).collect(),
        assets: snapshot.assets.iter().map(Asset::from).collect(),
        assistants: Vec::new(),
        preferences: snapshot.preferences.iter().cloned().collect(),
    }
}

fn etag_of(state: &AppState, caller: &Identity, version: i64, query: &InitQuery) -> String {
    let profile = caller.user.updated_at.0.timestamp_millis();
    let state = format!("{SHAPE} {} {} {version} {profile} {query:?}", state.epoch, caller.user.id);
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(state)[..15]))
}
