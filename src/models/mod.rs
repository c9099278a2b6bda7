//! One file per table: rows, forms, queries. A model takes a connection and never opens a transaction, and knows no HTTP.

pub mod account;
pub mod asset;
pub mod audit;
pub mod changed;
pub mod chat_message;
pub mod chat_session;
mod committed;
pub mod database_state;
pub mod export;
pub mod import;
pub mod job;
pub mod project;
pub mod receipt;
pub mod record;
pub mod row_security;
pub mod session;
pub mod signing_key;
pub mod space;
pub mod tombstone;
pub mod user;
pub mod verification;

/// Whose data a statement is about. Made by authentication alone, and asked for by every query of user data: what
/// belongs to others can't even be named (rule 2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnerId(String);

impl OwnerId {
    /// Only for the caller whom `auth` has just recognised.
    pub fn of_authenticated(user_id: impl Into<String>) -> Self {
        Self(user_id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
