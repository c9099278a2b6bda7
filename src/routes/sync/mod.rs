//! `/api/sync/*`: the initial snapshot, push and pull, live events.

mod change;
pub mod changes;
pub mod events;
pub mod init;
mod mutation;
pub mod outcomes;
pub mod push;
