//! The body of a message batch: its validation, and its conversion to columns.

use std::collections::HashSet;

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ChatRole;
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, FreeJson, GivenTime, objects};
use crate::models::chat_message::MessageColumns;

pub const MAX_MESSAGES: usize = DataLimits::BATCH_MESSAGES;
pub const MAX_CONTENT_CHARS: usize = DataLimits::CONTENT_CHARS;
pub const MAX_TEMP_ID_CHARS: usize = DataLimits::ID_CHARS;

/// A message to store.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMessage {
    /// The device's id for the message. A repeat stores nothing twice.
    #[schema(example = "temp-0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69", min_length = 1, max_length = 128)]
    temp_id: Option<String>,
    /// The UUID of the message. Any other text is taken as `tempId`.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    /// May stand in the batch instead, once for all messages.
    session_id: Option<Uuid>,
    role: ChatRole,
    #[schema(example = "The tide turns at six.", max_length = 1_000_000)]
    content: String,
    /// By the device's clock: a time, or milliseconds since 1970.
    created_at: GivenTime,
    /// At most 1 MiB.
    metadata: Option<FreeJson>,
}

impl NewMessage {
    /// Sets the id from the key of a mutation: a UUID is the id, any other text is the temporary id.
    pub fn under_key(mut self, key: &str) -> Self {
        self.id = Some(key.to_owned());
        if Uuid::parse_str(key).is_err() {
            self.temp_id = Some(key.to_owned());
        }
        self
    }

    /// The id of the message, if the client chose a UUID.
    fn given_id(&self) -> Option<Uuid> {
        self.id.as_deref().and_then(|id| Uuid::parse_str(id).ok())
    }

    /// The temporary id, from `tempId` or from an `id` that is no UUID.
    fn temp_id(&self) -> Option<&str> {
        let in_place_of_id = || self.id.as_deref().filter(|_| self.given_id().is_none());
        self.temp_id.as_deref().or_else(in_place_of_id)
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "messages": [{
    "tempId": "temp-0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69",
    "sessionId": "0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69",
    "role": "user",
    "content": "The tide turns at six.",
    "createdAt": "2026-11-21T08:00:00.000Z"
}] }))]
pub struct SendMessagesRequest {
    /// The session of all messages that name none.
    session_id: Option<Uuid>,
    #[serde(deserialize_with = "objects")]
    #[schema(min_items = 1, max_items = 500)]
    messages: Vec<NewMessage>,
}

impl NewMessage {
    /// `session_id`: the session that the batch names.
    fn check_in(&self, session_id: Option<Uuid>, errors: &mut ValidationErrors) {
        match (self.session_id, session_id) {
            (None, None) => errors.add("sessionId", "missing_member", "must be given here or once for the batch"),
            (Some(own), Some(other)) if own != other => {
                errors.add("sessionId", "invalid_value", "must be that of the batch, or be left out");
            }
            _ => {}
        }
        errors.optional_text("tempId", self.temp_id.as_deref(), 1, MAX_TEMP_ID_CHARS);
        errors.optional_text("id", self.id.as_deref(), 1, MAX_TEMP_ID_CHARS);
        errors.text("content", &self.content, 0, MAX_CONTENT_CHARS);
        errors.bounded_object("metadata", self.metadata.as_ref(), DataLimits::METADATA_BYTES);
        let other_id = self.id.as_deref().is_some_and(|id| Some(id) != self.temp_id());
        if self.given_id().is_none() && self.temp_id.is_some() && other_id {
            errors.add("id", "invalid_value", "must be a UUID, or the same as tempId");
        }
    }
}

impl Check for NewMessage {
    fn check(&self, errors: &mut ValidationErrors) {
        self.check_in(None, errors);
    }
}

impl Check for SendMessagesRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        if !(1..=MAX_MESSAGES).contains(&self.messages.len()) {
            errors.add("messages", "invalid_length", format!("must have 1 to {MAX_MESSAGES} messages"));
            return;
        }
        let (mut temp_ids, mut ids) = (HashSet::new(), HashSet::new());
        for (index, message) in self.messages.iter().enumerate() {
            errors.within(format_args!("messages/{index}"), |errors| {
                message.check_in(self.session_id, errors);
                if message.temp_id().is_some_and(|temp_id| !temp_ids.insert(temp_id)) {
                    errors.add("tempId", "duplicate", "must not occur twice in one batch");
                }
                if message.given_id().is_some_and(|id| !ids.insert(id)) {
                    errors.add("id", "duplicate", "must not occur twice in one batch");
                }
            });
        }
    }
}

impl SendMessagesRequest {
    /// The messages as columns, for one statement.
    pub fn into_columns(self) -> MessageColumns {
        columns_in(self.session_id.unwrap_or_default(), self.messages)
    }
}

/// A checked message as columns.
pub fn columns_of(message: NewMessage) -> MessageColumns {
    columns_in(Uuid::nil(), vec![message])
}

/// The messages as columns, for one statement. A message without a UUID gets a new one, a message without a session is in `session_id`.
fn columns_in(session_id: Uuid, messages: Vec<NewMessage>) -> MessageColumns {
    let mut columns = MessageColumns::with_capacity(messages.len());
    for message in messages {
        let given = message.given_id();
        columns.ids.push(given.unwrap_or_else(Uuid::now_v7));
        columns.id_given.push(given.is_some());
        columns.temp_ids.push(message.temp_id().map(str::to_owned));
        columns.session_ids.push(message.session_id.unwrap_or(session_id));
        columns.roles.push(message.role.into_str());
        columns.contents.push(message.content);
        columns.metadata.push(message.metadata);
        columns.created_at.push(message.created_at.0);
    }
    columns
}
