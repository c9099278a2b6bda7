//! The rows of a conversation.

use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::chat::{Chat, Converted, Message, Role};
use super::turns::Turn;
use crate::json::Timestamp;
use crate::kinds::collections::MAX_ID_CHARS;
use crate::kinds::collections::common::Collection as _;
use crate::kinds::collections::conversations::Conversation;
use crate::kinds::collections::interactions::Interaction;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversationRow<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    metadata: Metadata<'a>,
}

/// The form of LiteChat's interactions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InteractionRow<'a> {
    id: &'a str,
    conversation_id: &'a str,
    index: usize,
    r#type: &'static str,
    status: &'static str,
    parent_id: Option<&'a str>,
    prompt: Option<Prompt<'a>>,
    response: Option<String>,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Prompt<'a> {
    id: &'a str,
    content: &'a str,
    parameters: Value,
    metadata: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<&'a str>,
    imported_from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
}

/// The rows of a conversation. `member`: where its messages are in the document. `None`: the rows have more than `limit` bytes.
pub fn rows(chat: &Chat, turns: &[Turn], member: &'static str, limit: usize) -> Option<Converted> {
    let id = match chat.id.chars().count() {
        1..=MAX_ID_CHARS => chat.id.clone(),
        _ => made_id([&chat.title].into_iter().chain(chat.messages.iter().map(|message| &message.id))),
    };
    let conversation = ConversationRow {
        id: &id,
        title: &chat.title,
        created_at: chat.created,
        updated_at: chat.updated,
        metadata: Metadata { model_id: None, imported_from: chat.source, message_id: None },
    };
    // An application may copy messages with their ids into another conversation.
    let ids: Vec<String> = turns.iter().map(|turn| made_id([&id, &key(&chat.messages, turn).id])).collect();
    let mut left = limit;
    let mut interactions = Vec::new();
    for (number, turn) in turns.iter().enumerate() {
        let messages: Vec<&Message> = turn.replies.iter().filter_map(|place| chat.messages.get(*place)).collect();
        let user = turn.user.and_then(|place| chat.messages.get(place));
        let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
        let first = user.or(messages.first().copied());
        let row = raw(&InteractionRow {
            id: &ids[number],
            conversation_id: &id,
            index: turn.index,
            r#type: "message.user_assistant",
            status: "COMPLETED",
            parent_id: turn.version_of.and_then(|turn| ids.get(turn)).map(String::as_str),
            prompt: user.map(|user| Prompt {
                id: &user.id,
                content: &user.text,
                parameters: Value::Object(serde_json::Map::new()),
                metadata: Value::Object(serde_json::Map::new()),
            }),
            response: (!texts.is_empty()).then(|| texts.join("\n\n")),
            started_at: first.and_then(|message| message.at),
            ended_at: messages.last().and_then(|message| message.at),
            metadata: Metadata {
                model_id: messages.iter().find_map(|message| message.model.as_deref()),
                imported_from: chat.source,
                message_id: Some(&key(&chat.messages, turn).id),
            },
        });
        if let Some(row) = row {
            left = left.checked_sub(row.get().len())?;
            interactions.push(row);
        }
    }
    // Messages in a circle are in no turn.
    let shown = chat.messages.iter().filter(|message| !message.text.is_empty()).count();
    let mut used: Vec<usize> = turns.iter().flat_map(|turn| turn.replies.iter().copied().chain(turn.user)).collect();
    used.sort_unstable();
    used.dedup();
    Some(Converted {
        rows: vec![
            (Conversation::NAME, "", raw(&conversation).into_iter().collect()),
            (Interaction::NAME, member, interactions),
        ],
        left_out: chat.left_out + shown.saturating_sub(used.len()) as u64,
    })
}

/// The message that names a turn: versions of an answer have the same prompt.
fn key<'a>(messages: &'a [Message], turn: &Turn) -> &'a Message {
    const NONE: &Message =
        &Message { id: String::new(), parent: None, role: Role::Hidden, text: String::new(), at: None, model: None };
    let place = turn.replies.first().copied().or(turn.user);
    place.and_then(|place| messages.get(place)).unwrap_or(NONE)
}

/// The same parts have the same id in every import.
fn made_id<'a>(parts: impl IntoIterator<Item = &'a String>) -> String {
    let parts: Vec<&String> = parts.into_iter().collect();
    let text = serde_json::to_string(&parts).unwrap_or_default();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest(&SHA256, text.as_bytes()).as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn raw(row: &impl Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(row).ok()
}
