//! What all collections share: how one is declared, and the one way to put and delete a row. Knows no single collection.
//! A collection's file imports what it needs from here.

mod change;
mod checked;
mod declare;
mod definition;
mod delete;
mod put;
mod row;
mod sealed;
mod secrets;

pub use change::{Change, apply, apply_once, change};
pub use checked::{Derived, check as check_row};
pub use declare::{Collection, Direction, OnDelete, Policy, Reference};
pub use definition::{Definition, Registry};
pub use delete::{DeleteRecord, delete, unlink_deleted};
pub use put::{PutRecord, WrittenRow, put};
pub use row::StoredRow;
pub use sealed::Sealed;

// The words that every collection's file needs.
pub use serde::Deserialize;
pub use utoipa::ToSchema;

pub use crate::wire::check::Report;
pub use crate::wire::{FreeJson, Timestamp};

/// An id: opaque, made by the client (a nanoid, a UUID, a setting's key).
pub const MAX_ID_CHARS: usize = 128;
/// Names of things that people name.
pub const MAX_NAME_CHARS: usize = 200;
