//! Conversations as other applications export them: ChatGPT and LibreChat. Each is one JSON object, and becomes a row of `conversations` with rows of
//! `interactions`. Formats differ in their reader only (`chat.rs`); the turns and the rows are the same.

mod chat;
mod chatgpt;
mod librechat;
mod rows;
#[cfg(test)]
mod tests;
mod turns;

pub use chat::{Converted, Held, TooLarge};

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

/// The rows of a conversation have at most so many times its own bytes, and these. A prompt is in the row of each of its answers.
const MAX_GROWTH: usize = 4;
const MIN_ROWS_BYTES: usize = 16 * 1024 * 1024;

/// Converts a conversation. `None`: the members are of none.
pub fn convert(held: &Held) -> Option<Result<Converted, TooLarge>> {
    let (chat, member) = match () {
        () if held.contains_key("mapping") => (chatgpt::read(held)?, "mapping"),
        () if held.contains_key("conversationId") => librechat::read(held)?,
        () => return None,
    };
    let turns = turns::turns(&chat.messages, chat.current);
    let bytes: usize = held.values().map(|value| value.get().len()).sum();
    let limit = bytes.saturating_mul(MAX_GROWTH).saturating_add(MIN_ROWS_BYTES);
    Some(rows::rows(&chat, &turns, member, limit).ok_or(TooLarge { member, limit }))
}
