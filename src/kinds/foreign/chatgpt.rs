//! A conversation of ChatGPT's `conversations.json`: `mapping` holds the messages by their ids, each with the id of its parent. Times are seconds.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::chat::{Chat, Held, Message, Role, linked, member};
use crate::json::Timestamp;

#[derive(Deserialize)]
struct Node {
    message: Option<Sent>,
    parent: Option<String>,
}

#[derive(Deserialize)]
struct Sent {
    author: Option<Author>,
    create_time: Option<f64>,
    content: Option<Content>,
    recipient: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Author {
    role: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    content_type: Option<String>,
    parts: Option<Vec<Value>>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    model_slug: Option<String>,
    is_visually_hidden_from_conversation: Option<bool>,
}

/// Reads a conversation. `None`: the members are of none.
pub fn read(held: &Held) -> Option<Chat> {
    let mapping: BTreeMap<String, &RawValue> = serde_json::from_str(held.get("mapping")?.get()).ok()?;
    if mapping.is_empty() {
        return None;
    }
    let id: Option<String> = member(held, "conversation_id").or_else(|| member(held, "id"));
    let mut chat = Chat {
        source: "chatgpt",
        id: id.unwrap_or_default(),
        title: member(held, "title").unwrap_or_default(),
        created: member(held, "create_time").and_then(time),
        updated: member(held, "update_time").and_then(time),
        ..Chat::default()
    };
    let mut messages = Vec::with_capacity(mapping.len());
    for (id, node) in mapping {
        let Ok(Node { message, parent }) = serde_json::from_str(node.get()) else {
            chat.left_out += 1;
            continue;
        };
        let mut shown = message.map(|sent| shown(sent, &mut chat.left_out)).unwrap_or_default();
        shown.id = id;
        messages.push((shown, parent.map(Rc::from)));
    }
    chat.messages = linked(messages);
    let current: Option<String> = member(held, "current_node");
    chat.current = current.and_then(|id| chat.messages.iter().position(|message| message.id == id));
    Some(chat)
}

fn time(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1_000.0).round();
    (millis.abs() < 1e15).then(|| DateTime::from_timestamp_millis(millis as i64).map(Timestamp))?
}

/// A message as it is shown. What is shown without a text counts as left out.
fn shown(sent: Sent, left_out: &mut u64) -> Message {
    let Sent { author, create_time, content, recipient, metadata } = sent;
    let role = author.and_then(|author| author.role).unwrap_or_default();
    let (model, hidden) = metadata
        .map(|metadata| (metadata.model_slug, metadata.is_visually_hidden_from_conversation.unwrap_or_default()))
        .unwrap_or_default();
    let text = match (role.as_str(), content) {
        (_, None) | ("system", _) => None,
        (_, Some(content)) if !hidden => text_of(content, &role, recipient.as_deref(), left_out),
        _ => None,
    };
    let text = text.filter(|text| !text.is_empty());
    Message {
        role: match (&text, role.as_str()) {
            (None, _) => Role::Hidden,
            (Some(_), "user") => Role::User,
            (Some(_), _) => Role::Assistant,
        },
        text: text.unwrap_or_default(),
        at: create_time.and_then(time),
        model,
        ..Message::default()
    }
}

/// The text of a content. Code and its output are Markdown.
fn text_of(content: Content, role: &str, recipient: Option<&str>, left_out: &mut u64) -> Option<String> {
    let Content { content_type, parts, text } = content;
    let kind = content_type.unwrap_or_default();
    match kind.as_str() {
        "code" | "execution_output" => text.filter(|text| !text.is_empty()).map(|text| format!("```\n{text}\n```")),
        // What a model is told about its user, and what it thinks.
        "user_editable_context" | "model_editable_context" | "thoughts" | "reasoning_recap" => None,
        _ if role == "tool" || recipient.is_some_and(|recipient| recipient != "all") => {
            *left_out += 1;
            None
        }
        _ => {
            let parts = parts.unwrap_or_default().into_iter().map(|part| match part {
                Value::String(text) => Some(text),
                Value::Object(mut members) => match members.remove("text") {
                    Some(Value::String(text)) => Some(text),
                    _ => None,
                },
                _ => None,
            });
            let texts: Vec<Option<String>> = parts.chain(text.map(Some)).collect();
            *left_out += texts.iter().filter(|text| text.is_none()).count() as u64;
            Some(texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"))
        }
    }
}
