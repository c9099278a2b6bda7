//! The authenticated user of a request.

use std::time::Duration;

use chrono::Utc;

use super::token::TokenHash;
use crate::db::OwnerId;
use crate::models::session::SessionRecord;
use crate::models::user::UserRecord;

/// An authenticated user with the session.
#[derive(Debug)]
pub struct Identity {
    pub user: UserRecord,
    pub session: SessionRecord,
    pub owner: OwnerId,
    pub token_hash: TokenHash,
}

impl Identity {
    /// True if the sign-in was no longer than `max_age` ago. `None`: any time ago.
    pub fn is_fresh(&self, max_age: Option<Duration>) -> bool {
        let age = (Utc::now() - self.session.created_at.0).to_std().unwrap_or_default();
        max_age.is_none_or(|max_age| age < max_age)
    }
}
