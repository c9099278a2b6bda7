//! Queues in the process, before a database connection is taken. Work that waits inside PostgreSQL holds a connection, so that one busy user could use up the
//! pool.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Lanes<K> = Arc<Mutex<HashMap<K, Arc<Semaphore>>>>;

/// A fair queue for each key. Clones share it.
pub struct Queue<K> {
    lanes: Lanes<K>,
    width: usize,
    max_wait: Duration,
}

/// The earlier work of the key took longer than the longest wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitedTooLong;

impl<K: Hash + Eq + Clone> Queue<K> {
    /// `width`: how much of one key runs at once, at least 1.
    pub fn new(width: usize, max_wait: Duration) -> Self {
        Self { lanes: Lanes::default(), width: width.max(1), max_wait }
    }

    /// Waits for the key's earlier work, in order. The permit lasts until it is dropped.
    ///
    /// # Errors
    /// [`WaitedTooLong`].
    pub async fn enter(&self, key: K) -> Result<QueuePermit<K>, WaitedTooLong> {
        let (lane, mut permit) = self.lane(key);
        match tokio::time::timeout(self.max_wait, lane.acquire_owned()).await {
            Ok(Ok(taken)) => {
                permit.permit = Some(taken);
                Ok(permit)
            }
            // A lane is never closed.
            Ok(Err(_)) | Err(_) => Err(WaitedTooLong),
        }
    }

    /// The permit, if nothing of the key waits or the key's work leaves room.
    pub fn try_enter(&self, key: K) -> Option<QueuePermit<K>> {
        let (lane, mut permit) = self.lane(key);
        permit.permit = Some(lane.try_acquire_owned().ok()?);
        Some(permit)
    }

    /// The lane of a key, and a permit that is not granted yet. The permit is created before the wait, so that a cancelled wait also removes an unused lane.
    fn lane(&self, key: K) -> (Arc<Semaphore>, QueuePermit<K>) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(key.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.width))).clone();
        drop(lanes);
        (lane, QueuePermit { lanes: self.lanes.clone(), key, permit: None })
    }

    /// The number of keys with work that runs or waits.
    pub fn lanes(&self) -> usize {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl<K> Clone for Queue<K> {
    fn clone(&self) -> Self {
        Self { lanes: self.lanes.clone(), width: self.width, max_wait: self.max_wait }
    }
}

/// The right to run.
pub struct QueuePermit<K: Hash + Eq> {
    lanes: Lanes<K>,
    key: K,
    permit: Option<OwnedSemaphorePermit>,
}

impl<K: Hash + Eq> Drop for QueuePermit<K> {
    fn drop(&mut self) {
        self.permit = None;
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        // Work that waits or runs holds a clone. Clones are made only while the map is locked.
        if lanes.get(&self.key).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            lanes.remove(&self.key);
        }
    }
}
