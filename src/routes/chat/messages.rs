//! Stores batches of chat messages and lists messages.

use std::collections::BTreeMap;

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::{ApiError, FieldError};
use crate::http::CurrentUser;
use crate::http::{Json, Path, Problem, Query};
use crate::json::{PageLimit, Timestamp};
use crate::kinds::chat::batch::SendMessagesRequest;
use crate::kinds::chat::wire::ChatMessage;
use crate::kinds::chat::{self, SentBatch};
use crate::models::chat_message::{self, Window};
use crate::models::chat_session;
use crate::models::page_budget::{Cut, ListBudget};
use crate::state::AppState;
use crate::sync::user_tx;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendMessagesResponse {
    /// All messages of the request as they are stored, in the order of the request.
    messages: Vec<ChatMessage>,
    /// From temporary id to id.
    id_map: BTreeMap<String, Uuid>,
    synced_at: Timestamp,
}

impl From<SentBatch> for SendMessagesResponse {
    fn from(batch: SentBatch) -> Self {
        let SentBatch { mut columns, stored, synced_at } = batch;
        let id_map =
            stored.iter().filter_map(|message| Some((columns.temp_ids[message.index].clone()?, message.id))).collect();
        let messages = stored
            .into_iter()
            .map(|message| ChatMessage {
                id: message.id,
                temp_id: message.temp_id,
                session_id: columns.session_ids[message.index],
                role: columns.roles[message.index].to_owned(),
                content: std::mem::take(&mut columns.contents[message.index]),
                metadata: columns.metadata[message.index].take(),
                position: message.position,
                revision: message.revision,
                created_at: columns.created_at[message.index],
            })
            .collect();
        Self { messages, id_map, synced_at }
    }
}

/// Store a batch of messages.
///
/// 1 to 500 messages, all or none. Idempotent by `tempId` and `id`: a repeat stores nothing and gets the same answer.
#[utoipa::path(tag = "chat", extensions(("x-rate-limit" = json!("batch"))), responses(
    (status = 200, description = "All messages are stored.", body = SendMessagesResponse),
    (status = 409, description = "`session_deleted`: the session was deleted. `id_conflict`: an id or tempId is in use for other content. The pointer names the message; nothing was stored.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/chat/messages/batch")]
pub async fn send_messages(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SendMessagesRequest>,
) -> Result<web::Json<SendMessagesResponse>, ApiError> {
    let sent = chat::send_messages(&state.writer, &caller.owner, body.into_columns()).await?;
    Ok(web::Json(sent.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListMessagesQuery {
    /// Only messages before this `position`, the nearest ones.
    before: Option<i64>,
    /// Only messages after this `position`, the nearest ones.
    after: Option<i64>,
    /// The maximal number of items: 1 to 200. A page also ends at about 4 MiB.
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
    /// In the order of `position`.
    messages: Vec<ChatMessage>,
    /// The `position` for the next page: as `after` if `after` was given, otherwise as `before`. Null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List messages of a session, newest page first.
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
    let size = ListBudget { bytes: state.config.data.page_bytes, largest_row: None };
    let Cut { rows, more } = user_tx::read(&state.db, owner, async |reader| {
        let session = chat_session::find(reader, session_id).await?;
        session.filter(|session| session.deleted_at.is_none()).ok_or_else(ApiError::not_found)?;
        Ok(chat_message::page(reader, session_id, window, query.limit, size).await?)
    })
    .await?;
    let edge = if matches!(window, Window::After(_)) { rows.last() } else { rows.first() };
    let next_cursor = edge.filter(|_| more).map(|row| row.position.to_string());
    Ok(web::Json(MessagePage { messages: rows.iter().map(ChatMessage::from).collect(), next_cursor }))
}
