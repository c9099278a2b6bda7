//! The writes of chat sessions. A function with the suffix `_in` is part of the caller's transaction. Others run in their own.

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::wire::{ChatSession, CreateSessionRequest, NEW_TITLE};
use super::{SESSIONS, session_deleted};
use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, ServerCopy};
use crate::json::FreeJson;
use crate::models::chat_session::{self, ChatSessionContent, ChatSessionRecord};
use crate::models::project;
use crate::sync::kind::OtherKinds;
use crate::sync::registry::Registry;
use crate::sync::user_tx::{Outcome, UserWriter};

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
