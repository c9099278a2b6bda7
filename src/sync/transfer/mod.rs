//! Everything that a person has, out as one JSON document and in again. Both ways stream: what is in memory at a time does not grow with
//! the document. Knows no HTTP.

mod export;
mod import;
mod sections;
mod sink;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use export::{Export, Exporting};
pub use import::{Feed, ImportCounts, ImportMode, ImportOptions, ImportReport, Packing, body, too_large};
pub use sections::Section;

use crate::db::Database;
use crate::error::{ApiError, ErrorCode};
use crate::sync::collections::Registry;

/// What exports and imports work with.
#[derive(Clone)]
pub struct Transfers {
    db: Database,
    registry: Registry,
    places: Arc<Semaphore>,
}

impl Transfers {
    /// `places`: how many may be under way at once in this process. Each holds a database connection for as long as its client reads.
    pub fn new(db: Database, registry: Registry, places: usize) -> Self {
        Self { db, registry, places: Arc::new(Semaphore::new(places.max(1))) }
    }

    fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.places.clone().try_acquire_owned().map_err(|_| {
            ApiError::new(ErrorCode::Busy, "Too many exports and imports are under way. Send the same request again.")
        })
    }
}
