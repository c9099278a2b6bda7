//! What happens to a user's data: every write goes through [`space`], every read through [`door`].
//! Knows models and the database, no HTTP.

pub mod assets;
pub mod chat;
pub mod collections;
pub mod cursor;
pub mod door;
pub mod events;
pub mod init;
pub mod projects;
pub mod pull;
pub mod push;
pub mod receipts;
pub mod restore;
pub mod space;
pub mod sweep;
pub mod transfer;
mod turnstile;

pub use events::Events;
pub use space::{Outcome, SpaceTransaction, Spaces, Written};
pub use transfer::Transfers;
