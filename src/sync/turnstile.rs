//! A user's writes queue here before they take a database connection: PostgreSQL would let them queue on the user's row, each
//! holding a connection, and one busy user could hold the whole pool.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::error::{ApiError, ErrorCode};
use crate::models::OwnerId;

/// How long a write waits for the user's other writes before it is told to come back.
const MAX_WAIT: Duration = Duration::from_secs(2);

type Lines = Arc<Mutex<HashMap<OwnerId, Arc<AsyncMutex<()>>>>>;

#[derive(Clone, Default)]
pub struct Turnstile {
    /// Only users with a write under way or waiting have a line.
    lines: Lines,
}

impl Turnstile {
    /// First come, first served. The turn lasts until it is dropped.
    pub async fn enter(&self, owner: &OwnerId) -> Result<Turn, ApiError> {
        let line = {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.entry(owner.clone()).or_default().clone()
        };
        // Made before waiting, so that a wait that is given up also tidies the map.
        let mut turn = Turn { lines: self.lines.clone(), owner: owner.clone(), guard: None };
        match tokio::time::timeout(MAX_WAIT, line.lock_owned()).await {
            Ok(guard) => {
                turn.guard = Some(guard);
                Ok(turn)
            }
            Err(_) => Err(ApiError::new(
                ErrorCode::Busy,
                "Your other writes are not done yet. Nothing was stored; send the same request again.",
            )),
        }
    }
}

pub struct Turn {
    lines: Lines,
    owner: OwnerId,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits holds a clone; clones are only made under this lock.
        if lines.get(&self.owner).is_some_and(|line| Arc::strong_count(line) == 1) {
            lines.remove(&self.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_count(turnstile: &Turnstile) -> usize {
        turnstile.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    #[tokio::test(start_paused = true)]
    async fn second_write_of_a_user_waits_and_gives_up_while_others_pass() {
        let turnstile = Turnstile::default();
        let (anna, ben) = (OwnerId::of_authenticated("anna"), OwnerId::of_authenticated("ben"));
        let first = turnstile.enter(&anna).await;
        assert!(first.is_ok());
        assert!(turnstile.enter(&ben).await.is_ok());
        let refused = turnstile.enter(&anna).await.err();
        assert_eq!(refused.map(|error| error.code), Some(ErrorCode::Busy));
        drop(first);
        assert!(turnstile.enter(&anna).await.is_ok());
        assert_eq!(line_count(&turnstile), 0, "nobody waits, so nothing is kept");
    }
}
