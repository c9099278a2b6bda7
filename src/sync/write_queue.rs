//! A user's writes queue in the process before they take a database connection. Writes that wait for the user's row in PostgreSQL hold a
//! connection each, so that one busy user could use up the pool.

use std::time::Duration;

use crate::db::queue::{Queue, QueuePermit};
use crate::db::{OwnerId, OwnerKey};
use crate::error::{ApiError, ErrorCode};

/// How long a write waits for the user's other writes before it is answered `busy`.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// The right to write. It lasts until it is dropped.
pub type WritePermit = QueuePermit<OwnerKey>;

/// A fair queue for each user. Clones share it.
#[derive(Clone)]
pub struct WriteQueue(Queue<OwnerKey>);

impl Default for WriteQueue {
    fn default() -> Self {
        Self(Queue::new(1, MAX_WAIT))
    }
}

impl WriteQueue {
    /// Waits for the user's earlier writes, in order.
    ///
    /// # Errors
    /// `busy` after two seconds.
    pub async fn acquire(&self, owner: &OwnerId) -> Result<WritePermit, ApiError> {
        self.0.enter(owner.key()).await.map_err(|_| {
            ApiError::new(
                ErrorCode::Busy,
                "Your other writes are not done yet. Nothing was stored; send the same request again.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn second_write_of_a_user_times_out_and_other_users_do_not_wait() {
        let write_queue = WriteQueue::default();
        let (anna, ben) =
            (OwnerId::of_authenticated(OwnerKey::new(1), "anna"), OwnerId::of_authenticated(OwnerKey::new(2), "ben"));
        let first = write_queue.acquire(&anna).await;
        assert!(first.is_ok());
        assert!(write_queue.acquire(&ben).await.is_ok());
        let refused = write_queue.acquire(&anna).await.err();
        assert_eq!(refused.map(|error| error.code), Some(ErrorCode::Busy));
        drop(first);
        assert!(write_queue.acquire(&anna).await.is_ok());
        assert_eq!(write_queue.0.lanes(), 0, "queues without a writer are removed");
    }
}
