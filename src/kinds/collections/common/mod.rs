//! The shared code of all collections: their declaration, and the put and the delete of a row. It names no collection. A collection's file
//! imports what it needs from here.

mod address;
mod apply_run;
mod change;
mod checked;
mod declare;
mod definition;
mod delete;
mod files;
mod import;
mod kind;
mod put;
mod row;
mod sealed;
mod secret_name;
mod secrets;

pub use change::{Change, apply, apply_once, change};
pub use declare::{Collection, Direction, OnDelete, OtherMember, Policy, Reference};
pub use definition::Definition;
pub use delete::{DeleteRecord, delete};
pub use kind::{definitions, find, kinds};
pub use put::{PutRecord, WrittenRow, put};
pub use row::StoredRow;
pub use sealed::Sealed;

// The imports of collections' files.
pub use serde::Deserialize;
pub use utoipa::ToSchema;

pub use crate::json::check::ValidationErrors;
pub use crate::json::{FreeJson, Timestamp};

use crate::json::DataLimits;

/// The most characters of an id. Ids are opaque and made by the client (a nanoid, a UUID, a setting's key).
pub const MAX_ID_CHARS: usize = DataLimits::ID_CHARS;
/// The most characters of a name.
pub const MAX_NAME_CHARS: usize = DataLimits::NAME_CHARS;
/// The most characters of a title.
pub const MAX_TITLE_CHARS: usize = DataLimits::TITLE_CHARS;
/// The most bytes of a value that holds files or programs.
pub const LARGE_VALUE_BYTES: usize = DataLimits::LARGE_VALUE_BYTES;
