//! `/api/sync/*`: the login sync, push and pull, live events.

mod change;
pub mod changes;
pub mod events;
pub mod init;
mod mutation;
pub mod push;
