//! Who may export or import: one of each user at a time, and a limited number in the process.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::OwnerId;
use crate::error::{ApiError, ErrorCode};
use crate::sync::write_queue::{WritePermit, WriteQueue};

/// How long a user whose transfer is under way should wait.
const RETRY_SECS: u32 = 5;

/// The slots of exports or of imports. Clones share them.
#[derive(Clone)]
pub struct Slots {
    /// `export` or `import`.
    what: &'static str,
    users: WriteQueue,
    process: Arc<Semaphore>,
}

/// A running export or import, until it is dropped.
pub struct Slot {
    _user: WritePermit,
    _process: OwnedSemaphorePermit,
}

impl Slots {
    /// `limit`: how many may run at once, at least 1.
    pub fn new(what: &'static str, limit: usize) -> Self {
        Self { what, users: WriteQueue::default(), process: Arc::new(Semaphore::new(limit.max(1))) }
    }

    /// Waits two seconds for the other one of the user: the server ends an export after its client has read it.
    ///
    /// # Errors
    /// `rate_limited` while another one of the user is under way, `busy` while too many of other users are.
    pub async fn acquire(&self, owner: &OwnerId) -> Result<Slot, ApiError> {
        let user = self.users.acquire(owner).await.map_err(|_| under_way(self.what))?;
        let process = self.process.clone().try_acquire_owned().map_err(|_| {
            let detail = format!("Too many {}s are under way. Send the same request again.", self.what);
            ApiError::new(ErrorCode::Busy, detail)
        })?;
        Ok(Slot { _user: user, _process: process })
    }
}

/// The error while another export or import of the user is under way.
pub fn under_way(what: &str) -> ApiError {
    let detail = format!("Another {what} of yours is under way. One runs at a time; wait for its end.");
    let mut error = ApiError::new(ErrorCode::RateLimited, detail);
    error.retry_after_secs = Some(RETRY_SECS);
    error
}
