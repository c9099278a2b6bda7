//! A conversation that LibreChat exports as JSON: `messages` (earlier `messagesTree`) is a list, or a tree by `children`.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use super::chat::{Chat, Held, Message, Role, linked, member};
use crate::json::Timestamp;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    message_id: Option<String>,
    parent_message_id: Option<String>,
    text: Option<String>,
    content: Option<Value>,
    is_created_by_user: Option<bool>,
    created_at: Option<String>,
    model: Option<String>,
    files: Option<Vec<Value>>,
}

/// Reads a conversation, and the name of the member with its messages. `None`: the members are of none.
pub fn read(held: &Held) -> Option<(Chat, &'static str)> {
    let name = ["messages", "messagesTree"].into_iter().find(|name| held.contains_key(*name))?;
    let top: Vec<Value> = member(held, name)?;
    let mut chat = Chat {
        source: "librechat",
        id: member(held, "conversationId")?,
        title: member(held, "title").unwrap_or_default(),
        ..Chat::default()
    };
    let mut messages = Vec::new();
    // The next message is the last one.
    let mut open: Vec<(Value, Option<Rc<str>>)> = top.into_iter().rev().map(|message| (message, None)).collect();
    while let Some((mut message, above)) = open.pop() {
        let children = match message.get_mut("children").map(Value::take) {
            Some(Value::Array(children)) => children,
            _ => Vec::new(),
        };
        let Ok(sent) = serde_json::from_value::<Sent>(message) else {
            chat.left_out += 1;
            open.extend(children.into_iter().rev().map(|child| (child, above.clone())));
            continue;
        };
        let parent = above.or_else(|| sent.parent_message_id.as_deref().map(Rc::from));
        let shown = shown(sent, messages.len(), &mut chat.left_out);
        let id: Rc<str> = Rc::from(shown.id.as_str());
        open.extend(children.into_iter().rev().map(|child| (child, Some(id.clone()))));
        messages.push((shown, parent));
    }
    chat.created = messages.iter().filter_map(|(message, _)| message.at).min();
    chat.updated = messages.iter().filter_map(|(message, _)| message.at).max();
    chat.messages = linked(messages);
    Some((chat, name))
}

/// A message as it is shown. `number`: its id, if it has none.
fn shown(sent: Sent, number: usize, left_out: &mut u64) -> Message {
    let text = match sent.text.filter(|text| !text.is_empty()) {
        Some(text) => text,
        None => text_of(sent.content, left_out),
    };
    *left_out += sent.files.map_or(0, |files| files.len()) as u64;
    let role = match (text.is_empty(), sent.is_created_by_user.unwrap_or_default()) {
        (true, _) => Role::Hidden,
        (false, true) => Role::User,
        (false, false) => Role::Assistant,
    };
    Message {
        id: sent.message_id.unwrap_or_else(|| number.to_string()),
        role,
        text,
        at: sent.created_at.and_then(|time| serde_json::from_value::<Timestamp>(Value::String(time)).ok()),
        model: sent.model,
        ..Message::default()
    }
}

/// The texts of a content in parts.
fn text_of(content: Option<Value>, left_out: &mut u64) -> String {
    let Some(Value::Array(parts)) = content else { return String::new() };
    let mut texts = Vec::new();
    for part in parts {
        let kind = part["type"].as_str().unwrap_or_default();
        let text = part["text"].as_str().or_else(|| part["text"]["value"].as_str());
        match (kind, text) {
            ("text", Some(text)) => texts.push(text.to_owned()),
            ("think", _) => {}
            _ => *left_out += 1,
        }
    }
    texts.join("\n\n")
}
