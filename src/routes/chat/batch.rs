//! The body of a batch: its rules, and its way into columns.

use std::collections::HashSet;

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::types::ChatRole;
use crate::models::chat_message::MessageColumns;
use crate::wire::check::Report;
use crate::wire::{Check, FreeJson, Timestamp, objects};

pub const MAX_MESSAGES: usize = 500;
pub const MAX_CONTENT_CHARS: usize = 1_000_000;
const MAX_TEMP_ID_CHARS: usize = 128;

/// A message to store.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMessage {
    /// The device's own name for it. Sending the same again stores nothing twice.
    #[schema(example = "temp-0199f3a2-7a10-7cc0-8000-2f1d3c4b5a69", min_length = 1, max_length = 128)]
    temp_id: Option<String>,
    /// A UUID to store it under. Anything else is taken as `tempId`.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    session_id: Uuid,
    role: ChatRole,
    #[schema(example = "The tide turns at six.", max_length = 1_000_000)]
    content: String,
    /// By the device's clock.
    created_at: Timestamp,
    metadata: Option<FreeJson>,
}

impl NewMessage {
    /// A message that is named by the key of a mutation: a UUID to store it under, or else its temporary id.
    pub fn under_key(mut self, key: &str) -> Self {
        self.id = Some(key.to_owned());
        if Uuid::parse_str(key).is_err() {
            self.temp_id = Some(key.to_owned());
        }
        self
    }

    /// The id to store it under, if the client chose one.
    fn given_id(&self) -> Option<Uuid> {
        self.id.as_deref().and_then(|id| Uuid::parse_str(id).ok())
    }

    /// The temporary id, under whichever name it came.
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
    #[serde(deserialize_with = "objects")]
    #[schema(min_items = 1, max_items = 500)]
    messages: Vec<NewMessage>,
}

impl Check for NewMessage {
    fn check(&self, report: &mut Report) {
        report.optional_text("tempId", self.temp_id.as_deref(), 1, MAX_TEMP_ID_CHARS);
        report.optional_text("id", self.id.as_deref(), 1, MAX_TEMP_ID_CHARS);
        report.text("content", &self.content, 0, MAX_CONTENT_CHARS);
        report.free_object("metadata", self.metadata.as_ref());
        let other_id = self.id.as_deref().is_some_and(|id| Some(id) != self.temp_id());
        if self.given_id().is_none() && self.temp_id.is_some() && other_id {
            report.add("id", "invalid_value", "must be a UUID, or the same as tempId");
        }
    }
}

impl Check for SendMessagesRequest {
    fn check(&self, report: &mut Report) {
        if !(1..=MAX_MESSAGES).contains(&self.messages.len()) {
            report.add("messages", "invalid_length", format!("must have 1 to {MAX_MESSAGES} messages"));
            return;
        }
        let (mut temp_ids, mut ids) = (HashSet::new(), HashSet::new());
        for (index, message) in self.messages.iter().enumerate() {
            report.within(format_args!("messages/{index}"), |report| {
                message.check(report);
                if message.temp_id().is_some_and(|temp_id| !temp_ids.insert(temp_id.to_owned())) {
                    report.add("tempId", "duplicate", "must not stand twice in one batch");
                }
                if message.given_id().is_some_and(|id| !ids.insert(id)) {
                    report.add("id", "duplicate", "must not stand twice in one batch");
                }
            });
        }
    }
}

impl SendMessagesRequest {
    pub fn into_columns(self) -> MessageColumns {
        columns_of(self.messages)
    }
}

pub fn columns_of(messages: Vec<NewMessage>) -> MessageColumns {
    let mut columns = MessageColumns::default();
    for message in messages {
        let given = message.given_id();
        columns.ids.push(given.unwrap_or_else(Uuid::now_v7));
        columns.id_given.push(given.is_some());
        columns.temp_ids.push(message.temp_id().map(str::to_owned));
        columns.session_ids.push(message.session_id);
        columns.roles.push(message.role.as_str());
        columns.contents.push(message.content);
        columns.metadata.push(message.metadata);
        columns.created_at.push(message.created_at);
    }
    columns
}
