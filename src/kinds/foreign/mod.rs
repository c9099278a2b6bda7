//! Conversations as other applications export them: ChatGPT and LibreChat. Each is one JSON object, and becomes a row of `conversations` with rows of
//! `interactions`. Formats differ in their reader only (`chat.rs`); the turns and the rows are the same.

mod chat;
mod chatgpt;
mod librechat;
mod rows;
#[cfg(test)]
mod tests;
mod turns;

pub use chat::{Converted, Held};

/// The members of such an object that are read. Its other members are left out.
pub const MEMBERS: &[&str] = &[
    "id",
    "title",
    "mapping",
    "create_time",
    "update_time",
    "current_node",
    "conversation_id",
    "conversationId",
    "messages",
    "messagesTree",
];

/// Those of them that hold the messages.
pub const MESSAGES: &[&str] = &["mapping", "messages", "messagesTree"];

/// Converts a conversation. `None`: the members are of none.
pub fn convert(held: &Held) -> Option<Converted> {
    let (chat, member) = match () {
        () if held.contains_key("mapping") => (chatgpt::read(held)?, "mapping"),
        () if held.contains_key("conversationId") => librechat::read(held)?,
        () => return None,
    };
    let turns = turns::turns(&chat.messages, chat.current);
    Some(rows::rows(&chat, &turns, member))
}
