//! The writes of chat messages.

use std::collections::HashMap;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::session_deleted;
use crate::db::{OwnerId, UserReader};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::Timestamp;
use crate::models::chat_message::{
    self, BatchWrite, KnownMessage, MessageColumns, MessageRefusal, WrittenBatch, write_batch,
};
use crate::models::chat_session;
use crate::sync::user_tx::{self, UserWriter, Written};

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
    super::faults::store_half(writer, owner, &columns).await?;
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
