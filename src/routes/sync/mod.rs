//! `/api/sync/*`: the initial snapshot, push and pull, live events.

mod change;
pub mod changes;
pub mod events;
mod file_types;
pub mod init;
mod limits;
mod mutation;
pub mod outcomes;
pub mod push;
pub mod row;
