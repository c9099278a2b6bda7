//! What may happen to chats.

use std::collections::HashMap;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::space::{Outcome, Spaces, Written};
use crate::db::{DbError, Refusal};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::OwnerId;
use crate::models::chat_message::{KnownMessage, MessageColumns, write_batch};
use crate::models::chat_session::{self, ChatSessionContent, ChatSessionRecord};
use crate::wire::{FreeJson, Timestamp};

/// Creates a session, or answers the one that has this id; true if it is new.
pub async fn create_session(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    content: ChatSessionContent,
) -> Result<(ChatSessionRecord, bool), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                match chat_session::find(tx.conn(), &owner_id, id).await? {
                    Some(session) if session.deleted_at.is_some() => Err(session_deleted("/id")),
                    Some(session) => Ok(Outcome::Unchanged((session, false))),
                    None => {
                        let revision = tx.next_version();
                        let session = chat_session::insert(tx.conn(), &owner_id, id, &content, revision).await?;
                        Ok(Outcome::Changed((session, true)))
                    }
                }
            }
            .boxed()
        })
        .await
}

/// What to change; `None` leaves a member as it is.
#[derive(Debug, Default)]
pub struct SessionChanges {
    pub title: Option<String>,
    pub project_id: Option<Option<String>>,
    pub metadata: Option<Option<FreeJson>>,
}

/// Changes a living session; the same change again changes nothing.
pub async fn change_session(
    spaces: &Spaces,
    owner: &OwnerId,
    id: Uuid,
    changes: SessionChanges,
) -> Result<ChatSessionRecord, ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let current = chat_session::find(tx.conn(), &owner_id, id)
                    .await?
                    .filter(|session| session.deleted_at.is_none())
                    .ok_or_else(ApiError::not_found)?;
                let content = ChatSessionContent {
                    title: changes.title.unwrap_or_else(|| current.title.clone()),
                    project_id: changes.project_id.unwrap_or_else(|| current.project_id.clone()),
                    metadata: changes.metadata.unwrap_or_else(|| current.metadata.clone()),
                };
                let revision = tx.next_version();
                Ok(match chat_session::update(tx.conn(), &owner_id, id, content, revision).await? {
                    Some(changed) => Outcome::Changed(changed),
                    None => Outcome::Unchanged(current),
                })
            }
            .boxed()
        })
        .await
}

/// Buries a session with its messages. A repeat is no error; an id that never was is.
pub async fn delete_session(spaces: &Spaces, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                let revision = tx.next_version();
                if chat_session::bury(tx.conn(), &owner_id, id, revision).await? {
                    return Ok(Outcome::Changed(()));
                }
                match chat_session::find(tx.conn(), &owner_id, id).await? {
                    Some(_) => Ok(Outcome::Unchanged(())),
                    None => Err(ApiError::not_found()),
                }
            }
            .boxed()
        })
        .await
}

/// Where each message of a batch came to stand, in the batch's order.
#[derive(Debug)]
pub struct SentBatch {
    pub columns: MessageColumns,
    pub places: Vec<KnownMessage>,
    pub synced_at: Timestamp,
}

/// Stores a batch, all or nothing; messages that are stored already keep what they have.
pub async fn send_messages(spaces: &Spaces, owner: &OwnerId, columns: MessageColumns) -> Result<SentBatch, ApiError> {
    let owner_id = owner.clone();
    spaces
        .call(owner, move |conn| {
            async move {
                let written = write_batch(conn, &owner_id, &columns).await.map_err(refusal)?;
                let mut known: HashMap<usize, KnownMessage> =
                    written.known.iter().map(|message| (message.index, message.clone())).collect();
                let places = (0..columns.ids.len())
                    .map(|index| {
                        known.remove(&index).unwrap_or_else(|| KnownMessage {
                            index,
                            id: columns.ids[index],
                            temp_id: columns.temp_ids[index].clone(),
                            position: written.position_of_new(index),
                            revision: written.version,
                        })
                    })
                    .collect();
                let raised_to = (written.known.len() < columns.ids.len()).then_some(written.version);
                Ok(Written { value: SentBatch { columns, places, synced_at: Timestamp::now() }, raised_to })
            }
            .boxed()
        })
        .await
}

fn session_deleted(pointer: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    let error = FieldError::new(pointer, "session_deleted", "this chat session was deleted");
    ApiError::new(
        ErrorCode::SessionDeleted,
        "The session was deleted, on this device or another, so the server did not take this.",
    )
    .with_errors(vec![error])
}

fn refusal(error: DbError) -> ApiError {
    match error {
        DbError::Refused(Refusal::SessionDeleted, index) => session_deleted(format!("/messages/{index}/sessionId")),
        DbError::Refused(Refusal::UnknownSession, index) => ApiError::invalid(vec![FieldError::new(
            format!("/messages/{index}/sessionId"),
            "unknown_session",
            "there is no chat session with this id",
        )]),
        DbError::Refused(Refusal::IdConflict, index) => ApiError::new(
            ErrorCode::IdConflict,
            "A message with this id or tempId is stored with other content. Nothing was stored; use a new id.",
        )
        .with_errors(vec![FieldError::new(
            format!("/messages/{index}"),
            "id_conflict",
            "its id or tempId is in use for other content",
        )]),
        other => other.into(),
    }
}
