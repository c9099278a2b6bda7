//! `/api/chat/*`: chat sessions and their messages.

pub mod messages;
pub mod sessions;
