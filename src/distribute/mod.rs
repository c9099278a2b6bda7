//! Distributes the tables of user data over the workers of a Citus cluster (docs/SCALE.md). A second call does what is missing, such as the functions
//! of a later release.

mod cluster;
mod plan;
mod run;
mod tables;

use crate::db::DbError;

pub use plan::describe;
pub use run::{Done, distribute, is_distributed, lacks_settings};
pub use tables::{DELEGATED, DISTRIBUTED, Distributed, ON_COORDINATOR};

/// Shards of each table, where nothing else is said. It is the largest number of workers that have rows.
pub const SHARDS: u32 = 32;

/// Why nothing was distributed.
#[derive(Debug, thiserror::Error)]
pub enum DistributeError {
    /// A sentence without its full stop.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Database(#[from] DbError),
}
