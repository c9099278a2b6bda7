//! What may happen to chats. Each change exists twice: by itself, from its door to its commit, and inside a transaction (`..._in`), where
//! it is one among others.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::door;
use super::space::{Outcome, SpaceTransaction, Spaces, Written};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::OwnerId;
use crate::models::chat_message::{
    BatchWrite, KnownMessage, MessageColumns, MessageRefusal, WrittenBatch, write_batch,
};
use crate::models::chat_session::{self, ChatSessionContent, ChatSessionRecord};
use crate::models::project;
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
                if let Some(session) = chat_session::find(tx.conn(), &owner_id, id).await? {
                    return alive(session).map(|session| Outcome::Unchanged((session, false)));
                }
                Ok(insert_session(tx, &owner_id, id, content).await?.map(|session| (session, true)))
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
                store_session(tx, &owner_id, current, content).await
            }
            .boxed()
        })
        .await
}

/// Creates a session, or gives the one that is there this content.
pub async fn put_session_in(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: Uuid,
    content: ChatSessionContent,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    match chat_session::find(tx.conn(), owner, id).await? {
        Some(session) => store_session(tx, owner, alive(session)?, content).await,
        None => insert_session(tx, owner, id, content).await,
    }
}

/// Buries a session with its messages. A repeat is no error; an id that never was is.
pub async fn delete_session(spaces: &Spaces, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move { Ok(delete_session_in(tx, &owner_id, id).await?.map(|_tombstone| ())) }.boxed()
        })
        .await
}

/// The tombstone.
pub async fn delete_session_in(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: Uuid,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    let revision = tx.next_version();
    let changed = chat_session::bury(tx.conn(), owner, id, revision).await?;
    let tombstone = chat_session::find(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    Ok(if changed { Outcome::Changed(tombstone) } else { Outcome::Unchanged(tombstone) })
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
    #[cfg(feature = "planted")]
    crate::planted::store_half(spaces, owner, &columns).await?;
    let owner_id = owner.clone();
    spaces
        .call(owner, move |conn| {
            async move {
                let written = match write_batch(conn, &owner_id, &columns, None).await? {
                    BatchWrite::Written(written) => written,
                    BatchWrite::Refused(why, index) => {
                        let session = columns.session_ids[index];
                        let looked = async |conn: &AsyncPgConnection| look_again(conn, &owner_id, why, session).await;
                        let why = door::read_on(conn, &owner_id, looked).await?;
                        return Err(refused_message(why, &format!("/messages/{index}")));
                    }
                };
                let raised_to = (written.known.len() < columns.ids.len()).then_some(written.version);
                let places = places(&columns, &written);
                Ok(Written { value: SentBatch { columns, places, synced_at: Timestamp::now() }, raised_to })
            }
            .boxed()
        })
        .await
}

/// Where every message of a batch stands: the known ones where they were, the new ones in this batch's order.
pub fn places(columns: &MessageColumns, written: &WrittenBatch) -> Vec<KnownMessage> {
    let mut known: HashMap<usize, KnownMessage> =
        written.known.iter().map(|message| (message.index, message.clone())).collect();
    let new = columns.ids.iter().zip(&columns.temp_ids).enumerate();
    new.map(|(index, (id, temp_id))| {
        known.remove(&index).unwrap_or_else(|| KnownMessage {
            index,
            id: *id,
            temp_id: temp_id.clone(),
            position: written.position_of_new(index),
            revision: written.version,
        })
    })
    .collect()
}

/// A session that is unknown may be one whose tombstone is swept: it was deleted all the same.
pub async fn look_again(
    conn: &AsyncPgConnection,
    owner: &OwnerId,
    why: MessageRefusal,
    session_id: Uuid,
) -> Result<MessageRefusal, ApiError> {
    match why {
        MessageRefusal::UnknownSession if chat_session::is_swept(conn, owner, session_id).await? => {
            Ok(MessageRefusal::SessionDeleted)
        }
        why => Ok(why),
    }
}

/// Why a message was not stored; `pointer` leads to the message.
pub fn refused_message(why: MessageRefusal, pointer: &str) -> ApiError {
    match why {
        MessageRefusal::UserGone => ApiError::unauthenticated(),
        MessageRefusal::SessionDeleted => session_deleted(format!("{pointer}/sessionId")),
        MessageRefusal::UnknownSession => ApiError::invalid(vec![FieldError::new(
            format!("{pointer}/sessionId"),
            "unknown_session",
            "there is no chat session with this id",
        )]),
        MessageRefusal::IdConflict => ApiError::new(
            ErrorCode::IdConflict,
            "A message with this id or tempId is stored with other content. Nothing was stored; use a new id.",
        )
        .with_errors(vec![FieldError::new(
            pointer.to_owned(),
            "id_conflict",
            "its id or tempId is in use for other content",
        )]),
    }
}

/// A new session. The id of one that was deleted is not given again, even where its tombstone is swept: a create that is repeated
/// late must not bring a chat back.
async fn insert_session(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: Uuid,
    content: ChatSessionContent,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    if chat_session::is_swept(tx.conn(), owner, id).await? {
        return Err(session_deleted("/id"));
    }
    let content = outside_deleted_project(tx, owner, content).await?;
    let revision = tx.next_version();
    Ok(Outcome::Changed(chat_session::insert(tx.conn(), owner, id, &content, revision).await?))
}

/// A chat doesn't enter a deleted project: it stands in none then, as if it had been there when the project was deleted. A project that isn't
/// known may be on its way, so it is kept; references of collections do the same.
async fn outside_deleted_project(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    content: ChatSessionContent,
) -> Result<ChatSessionContent, ApiError> {
    match &content.project_id {
        Some(id) if project::is_deleted(tx.conn(), owner, id).await? => {
            Ok(ChatSessionContent { project_id: None, ..content })
        }
        _ => Ok(content),
    }
}

async fn store_session(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    current: ChatSessionRecord,
    content: ChatSessionContent,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    let content = outside_deleted_project(tx, owner, content).await?;
    let revision = tx.next_version();
    Ok(match chat_session::update(tx.conn(), owner, current.id, content, revision).await? {
        Some(changed) => Outcome::Changed(changed),
        None => Outcome::Unchanged(current),
    })
}

fn alive(session: ChatSessionRecord) -> Result<ChatSessionRecord, ApiError> {
    match session.deleted_at {
        Some(_) => Err(session_deleted("/id")),
        None => Ok(session),
    }
}

fn session_deleted(pointer: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    let error = FieldError::new(pointer, "session_deleted", "this chat session was deleted");
    ApiError::new(
        ErrorCode::SessionDeleted,
        "The session was deleted, on this device or another, so the server did not take this.",
    )
    .with_errors(vec![error])
}
