//! The sync protocol: transactions of a user's data, push, pull, the initial snapshot, live events, retention, restore.
//! It depends on models and the database, and not on HTTP.

pub mod cursor;
pub mod events;
pub mod exchange;
pub mod idempotency;
pub mod kind;
pub mod outcomes;
pub mod pull;
pub mod push;
pub mod recount;
pub mod registry;
pub mod restore;
pub mod retention;
mod row_quota;
pub mod snapshot;
pub mod user_tx;
pub mod write_queue;
mod written;

pub use events::Events;
pub use user_tx::{Outcome, UserWriter, Written};
