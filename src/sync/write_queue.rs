//! A user's writes queue in the process before they take a database connection. Writes that wait for the user's row in PostgreSQL hold a
//! connection each, so that one busy user could use up the pool.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::db::{OwnerId, OwnerKey};
use crate::error::{ApiError, ErrorCode};

/// How long a write waits for the user's other writes before it is answered `busy`.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// The locks of users with a write that runs or waits.
type UserLocks = Arc<Mutex<HashMap<OwnerKey, Arc<AsyncMutex<()>>>>>;

/// A fair queue for each user. Clones share it.
#[derive(Clone, Default)]
pub struct WriteQueue {
    locks: UserLocks,
}

impl WriteQueue {
    /// Waits for the user's earlier writes, in order. The permit lasts until it is dropped.
    ///
    /// # Errors
    /// `busy` after two seconds.
    pub async fn acquire(&self, owner: &OwnerId) -> Result<WritePermit, ApiError> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            locks.entry(owner.key()).or_default().clone()
        };
        // Created before the wait, so that a cancelled wait also removes an unused lock.
        let mut permit = WritePermit { locks: self.locks.clone(), owner: owner.key(), guard: None };
        match tokio::time::timeout(MAX_WAIT, lock.lock_owned()).await {
            Ok(guard) => {
                permit.guard = Some(guard);
                Ok(permit)
            }
            Err(_) => Err(ApiError::new(
                ErrorCode::Busy,
                "Your other writes are not done yet. Nothing was stored; send the same request again.",
            )),
        }
    }
}

/// The right to write.
pub struct WritePermit {
    locks: UserLocks,
    owner: OwnerKey,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for WritePermit {
    fn drop(&mut self) {
        self.guard = None;
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // A waiting write holds a clone. Clones are made only while the map is locked.
        if locks.get(&self.owner).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            locks.remove(&self.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock_count(write_queue: &WriteQueue) -> usize {
        write_queue.locks.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

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
        assert_eq!(lock_count(&write_queue), 0, "locks without a writer are removed");
    }
}
