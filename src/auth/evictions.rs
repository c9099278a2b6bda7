//! Tells long-running answers that their session may have ended.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// How many evictions a receiver may be behind before it must look up its session without having been named.
const CAPACITY: usize = 1024;

/// The evictions of a process, by the ids of users.
pub struct Evictions(broadcast::Sender<Arc<str>>);

impl Default for Evictions {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Evictions {
    /// Publishes an eviction, after the user's sessions were removed from the cache.
    pub fn publish(&self, user_id: &str) {
        // An error means that no answer is running.
        let _ = self.0.send(user_id.into());
    }

    /// The evictions of one user from now on.
    pub fn of(&self, user_id: &str) -> EvictionsOfUser {
        EvictionsOfUser { receiver: self.0.subscribe(), user_id: user_id.into() }
    }
}

/// The evictions of one user.
pub struct EvictionsOfUser {
    receiver: broadcast::Receiver<Arc<str>>,
    user_id: Arc<str>,
}

impl EvictionsOfUser {
    /// Waits until a session of the user may have ended or changed.
    pub async fn next(&mut self) {
        loop {
            match self.receiver.recv().await {
                Ok(user_id) if user_id != self.user_id => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
