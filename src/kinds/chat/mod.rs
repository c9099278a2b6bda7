//! The writes of chat sessions and messages.

pub mod batch;
#[cfg(feature = "faults")]
mod faults;
mod import;
mod message_kind;
mod messages;
mod session_kind;
mod sessions;
pub mod wire;

use crate::error::{ApiError, ErrorCode, FieldError};

pub use message_kind::ChatMessages;
pub use messages::{SentBatch, refused_message, resolve_expired_session, send_messages, stored_messages};
pub use session_kind::ChatSessions;
pub use sessions::{SessionChanges, change_session, create_session, delete_session, delete_session_in, put_session_in};

/// The names of the kinds.
pub const SESSIONS: &str = "chatSessions";
pub const MESSAGES: &str = "chatMessages";

fn session_deleted(pointer: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    let error = FieldError::new(pointer, "session_deleted", "this chat session was deleted");
    ApiError::new(ErrorCode::SessionDeleted, "The session was deleted, on this device or another. Nothing was stored.")
        .with_errors(vec![error])
}
