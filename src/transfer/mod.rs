//! Export and import of all data of a user as one JSON document. Both stream, so the memory in use does not grow with the document. Nothing here
//! knows HTTP.

mod export;
mod import;
mod sink;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use export::{Export, Exporting};
pub use import::{Feed, ImportCounts, ImportMode, ImportOptions, ImportReport, Packing, body, too_large};

use crate::db::Database;
use crate::error::{ApiError, ErrorCode};
use crate::sync::registry::Registry;

/// Runs exports and imports.
#[derive(Clone)]
pub struct Transfers {
    db: Database,
    kinds: Registry,
    permits: Arc<Semaphore>,
}

impl Transfers {
    /// `limit`: the number of exports and imports that may run at once in this process, at least 1. An export holds a database connection for as long as
    /// its client reads.
    pub fn new(db: Database, kinds: Registry, limit: usize) -> Self {
        Self { db, kinds, permits: Arc::new(Semaphore::new(limit.max(1))) }
    }

    /// # Errors
    /// `busy` while the limit is reached.
    fn permit(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.permits.clone().try_acquire_owned().map_err(|_| {
            ApiError::new(ErrorCode::Busy, "Too many exports and imports are under way. Send the same request again.")
        })
    }
}
