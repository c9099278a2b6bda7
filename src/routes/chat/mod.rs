//! `/api/chat/*`: sessions and their messages.

pub mod batch;
pub mod messages;
pub mod sessions;
pub mod types;
