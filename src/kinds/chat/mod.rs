//! The writes of chat sessions and messages. A function with the suffix `_in` is part of the caller's transaction. Others run in their own.

pub mod batch;
#[cfg(feature = "faults")]
mod faults;
mod import;
mod message_kind;
mod session_kind;
pub mod wire;

use std::collections::HashMap;

use futures_util::FutureExt as _;
use uuid::Uuid;

use self::wire::{ChatSession, CreateSessionRequest, NEW_TITLE};
use crate::db::{OwnerId, UserReader, UserTx};
use crate::error::{ApiError, ErrorCode, FieldError, ServerCopy};
use crate::json::{FreeJson, Timestamp};
use crate::models::chat_message::{
    self, BatchWrite, KnownMessage, MessageColumns, MessageRefusal, WrittenBatch, write_batch,
};
use crate::models::chat_session::{self, ChatSessionContent, ChatSessionRecord};
use crate::models::project;
use crate::sync::kind::OtherKinds;
use crate::sync::registry::Registry;
use crate::sync::user_tx::{self, Outcome, UserWriter, Written};

pub use message_kind::ChatMessages;
pub use session_kind::ChatSessions;

/// The names of the kinds.
pub const SESSIONS: &str = "chatSessions";
pub const MESSAGES: &str = "chatMessages";

/// Creates a session. If the id exists, the stored session is returned unchanged. True if the session is new.
///
/// # Errors
/// `session_deleted`, and those of [`UserWriter::write`].
pub async fn create_session(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    content: ChatSessionContent,
) -> Result<(ChatSessionRecord, bool), ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                if let Some(session) = chat_session::find(tx.reader(), id).await? {
                    return require_living(session).map(|session| Outcome::Unchanged((session, false)));
                }
                Ok(insert_session(tx, id, content).await?.map(|session| (session, true)))
            }
            .boxed()
        })
        .await
}

/// Changes of a session. `None` leaves a member unchanged.
#[derive(Debug, Default)]
pub struct SessionChanges {
    pub title: Option<String>,
    pub project_id: Option<Option<String>>,
    pub metadata: Option<Option<FreeJson>>,
}

/// Changes a living session. A repeated change has no effect.
///
/// # Errors
/// `not_found` if there is no living session, and those of [`UserWriter::write`].
pub async fn change_session(
    writer: &UserWriter,
    owner: &OwnerId,
    id: Uuid,
    changes: SessionChanges,
) -> Result<ChatSessionRecord, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let current = chat_session::find(tx.reader(), id)
                    .await?
                    .filter(|session| session.deleted_at.is_none())
                    .ok_or_else(ApiError::not_found)?;
                let content = ChatSessionContent {
                    title: changes.title.unwrap_or_else(|| current.title.clone()),
                    project_id: changes.project_id.unwrap_or_else(|| current.project_id.clone()),
                    metadata: changes.metadata.unwrap_or_else(|| current.metadata.clone()),
                };
                store_session(tx, current, content).await
            }
            .boxed()
        })
        .await
}

/// Creates a session, or replaces the content of the stored one. Without a title, the stored one stays. `base` is the revision from which the
/// content was made.
///
/// # Errors
/// `session_deleted`, `revision_conflict` if the content is newer than `base`, and those of the database.
pub async fn put_session_in(
    tx: &mut UserTx,
    id: Uuid,
    base: Option<i64>,
    put: CreateSessionRequest,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    match chat_session::find(tx.reader(), id).await? {
        Some(session) => {
            let session = require_living(session)?;
            if base.is_some_and(|base| !session.has_content_of(base)) {
                return Err(ApiError::revision_conflict(ServerCopy::of::<ChatSession>(None)));
            }
            let content = put.into_content(&session.title);
            store_session(tx, session, content).await
        }
        None if base.is_some_and(|base| base > 0) => {
            require_unexpired(tx, id).await?;
            Err(ApiError::revision_conflict(ServerCopy::of::<ChatSession>(None)))
        }
        None => insert_session(tx, id, put.into_content(NEW_TITLE)).await,
    }
}

/// Deletes a session with its messages. A repeat has no effect.
///
/// # Errors
/// `not_found` if the id never existed, and those of [`UserWriter::write`].
pub async fn delete_session(writer: &UserWriter, kinds: &Registry, owner: &OwnerId, id: Uuid) -> Result<(), ApiError> {
    let kinds = kinds.clone();
    writer
        .write(owner, move |tx| {
            async move { Ok(delete_session_in(tx, &kinds, id).await?.map(|_tombstone| ())) }.boxed()
        })
        .await
}

/// Deletes a session with its messages. The tombstone.
///
/// # Errors
/// `not_found` if the id never existed, and those of the database.
pub async fn delete_session_in(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    id: Uuid,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    let version = tx.next_version();
    let changed = chat_session::soft_delete(tx, id, version).await?;
    if changed {
        kinds.rows_deleted(tx, SESSIONS, vec![id.to_string()]).await?;
    }
    let tombstone = chat_session::find(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    Ok(if changed { Outcome::Changed(tombstone) } else { Outcome::Unchanged(tombstone) })
}

/// A stored batch.
#[derive(Debug)]
pub struct SentBatch {
    pub columns: MessageColumns,
    /// The id, position and revision of each message, in the batch's order.
    pub stored: Vec<KnownMessage>,
    pub synced_at: Timestamp,
}

/// Stores a batch, all messages or none. A message that is already stored stays unchanged.
///
/// # Errors
/// Those of [`refused_message`], with pointers into `/messages`, and those of [`UserWriter::call`].
pub async fn send_messages(
    writer: &UserWriter,
    owner: &OwnerId,
    columns: MessageColumns,
) -> Result<SentBatch, ApiError> {
    #[cfg(feature = "faults")]
    faults::store_half(writer, owner, &columns).await?;
    writer
        .call(owner, move |mut user| {
            async move {
                let written = match write_batch(user.reborrow(), &columns, None).await? {
                    BatchWrite::Written(written) => written,
                    BatchWrite::Refused(refusal, index) => {
                        let session = columns.session_ids[index];
                        let resolve =
                            async |reader: UserReader<'_>| resolve_expired_session(reader, refusal, session).await;
                        let refusal = user_tx::read_after(user, resolve).await?;
                        return Err(refused_message(refusal, &format!("/messages/{index}")));
                    }
                };
                let raised_to = (written.known.len() < columns.ids.len()).then_some(written.version);
                let stored = stored_messages(&columns, &written);
                Ok(Written { value: SentBatch { columns, stored, synced_at: Timestamp::now() }, raised_to })
            }
            .boxed()
        })
        .await
}

/// Every message of a batch as it is stored, in the batch's order: known messages with their earlier position, new ones with their new one.
pub fn stored_messages(columns: &MessageColumns, written: &WrittenBatch) -> Vec<KnownMessage> {
    let mut known: HashMap<usize, KnownMessage> =
        written.known.iter().map(|message| (message.index, message.clone())).collect();
    let new = columns.ids.iter().zip(&columns.temp_ids).enumerate();
    new.map(|(index, (id, temp_id))| {
        known.remove(&index).unwrap_or_else(|| KnownMessage {
            index,
            id: *id,
            temp_id: temp_id.clone(),
            position: written.position_of_new(index),
            revision: chat_message::revision(false),
        })
    })
    .collect()
}

/// Turns `UnknownSession` into `SessionDeleted` if retention has removed the session's tombstone.
///
/// # Errors
/// Those of the database.
pub async fn resolve_expired_session(
    reader: UserReader<'_>,
    refusal: MessageRefusal,
    session_id: Uuid,
) -> Result<MessageRefusal, ApiError> {
    match refusal {
        MessageRefusal::UnknownSession if chat_session::is_expired(reader, session_id).await? => {
            Ok(MessageRefusal::SessionDeleted)
        }
        refusal => Ok(refusal),
    }
}

/// The error of a refused message: `unauthenticated`, `session_deleted`, `id_conflict`, or `validation_failed` with `unknown_session`.
/// `pointer` is the message's.
pub fn refused_message(refusal: MessageRefusal, pointer: &str) -> ApiError {
    match refusal {
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

async fn insert_session(
    tx: &mut UserTx,
    id: Uuid,
    content: ChatSessionContent,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    require_unexpired(tx, id).await?;
    let content = outside_deleted_project(tx, content).await?;
    let version = tx.next_version();
    Ok(Outcome::Changed(chat_session::insert(tx, id, &content, version).await?))
}

/// Refuses the id of a deleted session also after its tombstone was removed, so that a late repeat of a create does not restore the session.
async fn require_unexpired(tx: &mut UserTx, id: Uuid) -> Result<(), ApiError> {
    if chat_session::is_expired(tx.reader(), id).await? { Err(session_deleted("/id")) } else { Ok(()) }
}

/// Sets the project to null if it is deleted, as its delete would have done. An unknown project stays, because it may not be pushed yet.
/// Links of collections do the same.
async fn outside_deleted_project(tx: &mut UserTx, content: ChatSessionContent) -> Result<ChatSessionContent, ApiError> {
    match &content.project_id {
        Some(id) if project::is_deleted(tx, id).await? => Ok(ChatSessionContent { project_id: None, ..content }),
        _ => Ok(content),
    }
}

async fn store_session(
    tx: &mut UserTx,
    current: ChatSessionRecord,
    content: ChatSessionContent,
) -> Result<Outcome<ChatSessionRecord>, ApiError> {
    let content = outside_deleted_project(tx, content).await?;
    let version = tx.next_version();
    Ok(match chat_session::update(tx, current.id, content, version).await? {
        Some(changed) => Outcome::Changed(changed),
        None => Outcome::Unchanged(current),
    })
}

fn require_living(session: ChatSessionRecord) -> Result<ChatSessionRecord, ApiError> {
    match session.deleted_at {
        Some(_) => Err(session_deleted("/id")),
        None => Ok(session),
    }
}

fn session_deleted(pointer: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    let error = FieldError::new(pointer, "session_deleted", "this chat session was deleted");
    ApiError::new(ErrorCode::SessionDeleted, "The session was deleted, on this device or another. Nothing was stored.")
        .with_errors(vec![error])
}
