//! Chat messages: the batch that stores them, the pages that show them.

use std::collections::BTreeMap;

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::batch::SendMessagesRequest;
use super::types::ChatMessage;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::{ApiError, FieldError};
use crate::models::chat_message::{self, Window};
use crate::models::chat_session;
use crate::routes::http::{Json, Path, Problem, Query};
use crate::sync::chat::{self, SentBatch};
use crate::sync::door;
use crate::wire::{PageLimit, Timestamp};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendMessagesResponse {
    /// Every message of the request as it is stored, in the request's order.
    messages: Vec<ChatMessage>,
    /// Temporary id -> id.
    id_map: BTreeMap<String, Uuid>,
    synced_at: Timestamp,
}

impl From<SentBatch> for SendMessagesResponse {
    fn from(batch: SentBatch) -> Self {
        let SentBatch { mut columns, places, synced_at } = batch;
        let id_map =
            places.iter().filter_map(|place| Some((columns.temp_ids[place.index].clone()?, place.id))).collect();
        let messages = places
            .into_iter()
            .map(|place| ChatMessage {
                id: place.id,
                temp_id: place.temp_id,
                session_id: columns.session_ids[place.index],
                role: columns.roles[place.index].to_owned(),
                content: std::mem::take(&mut columns.contents[place.index]),
                metadata: columns.metadata[place.index].take(),
                position: place.position,
                revision: place.revision,
                created_at: columns.created_at[place.index],
            })
            .collect();
        Self { messages, id_map, synced_at }
    }
}

/// Store a batch of messages.
///
/// All or nothing, 1 to 500. Idempotent by `tempId` and `id`: however often and from wherever the same is sent, it is stored once, and the
/// answer is the same.
#[utoipa::path(tag = "chat", extensions(("x-rate-limit" = json!("batch"))), responses(
    (status = 200, description = "All are stored.", body = SendMessagesResponse),
    (status = 409, description = "`session_deleted`: the session was deleted. `id_conflict`: an id or tempId is in use for other content. The pointer names the message; nothing was stored.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/chat/messages/batch")]
pub async fn send_messages(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SendMessagesRequest>,
) -> Result<web::Json<SendMessagesResponse>, ApiError> {
    let sent = chat::send_messages(&state.spaces, &caller.owner, body.into_columns()).await?;
    Ok(web::Json(sent.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMessagesQuery {
    /// Only messages before this `position`: the ones just before it.
    before: Option<i64>,
    /// Only messages after this `position`: the ones just after it.
    after: Option<i64>,
    /// How many at most: 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
}

impl ListMessagesQuery {
    fn window(&self) -> Result<Window, ApiError> {
        match (self.before, self.after) {
            (None, None) => Ok(Window::Newest),
            (Some(position), None) => Ok(Window::Before(position)),
            (None, Some(position)) => Ok(Window::After(position)),
            (Some(_), Some(_)) => Err(ApiError::invalid(vec![FieldError::new(
                "/query/after",
                "invalid_value",
                "give before or after, not both",
            )])),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// In order of `position`.
    messages: Vec<ChatMessage>,
    /// The `position` to give as `before` (or `after`, where that was asked for) for the next page; null on the last.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// Read messages of a session, the newest page first.
#[utoipa::path(tag = "chat", params(("sessionId" = Uuid, Path, description = "The session."), ListMessagesQuery),
    responses((status = 200, description = "A page of messages.", body = MessagePage)))]
#[get("/api/chat/{sessionId}/messages")]
pub async fn list_messages(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(session_id): Path<Uuid>,
    Query(query): Query<ListMessagesQuery>,
) -> Result<web::Json<MessagePage>, ApiError> {
    let window = query.window()?;
    let owner = &caller.owner;
    let (rows, more) = door::read(&state.db, owner, async |conn| {
        let session = chat_session::find(conn, owner, session_id).await?;
        session.filter(|session| session.deleted_at.is_none()).ok_or_else(ApiError::not_found)?;
        Ok(chat_message::page(conn, owner, session_id, window, query.limit).await?)
    })
    .await?;
    let edge = if matches!(window, Window::After(_)) { rows.last() } else { rows.first() };
    let next_cursor = edge.filter(|_| more).map(|row| row.position.to_string());
    Ok(web::Json(MessagePage { messages: rows.iter().map(ChatMessage::from).collect(), next_cursor }))
}
