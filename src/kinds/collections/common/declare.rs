//! The declaration of a collection: one type, one `impl`. Everything else is derived from it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::ValidationErrors;
use crate::json::DataLimits;

pub use crate::sync::kind::{OnDelete, OtherMember, Reference};

/// A type whose values are the rows of a collection. Its members are those that the server checks. Members that are no `Option` are required.
/// A row may have other members, which are stored unchanged.
pub trait Collection: DeserializeOwned + ToSchema + 'static {
    /// The name in paths, in sync and in exports.
    const NAME: &'static str;
    /// The browser's table.
    const TABLE: &'static str = Self::NAME;
    /// The member that is the row's id in the browser. If it is in the value, it must equal the id.
    const PRIMARY_KEY: &'static str = "id";
    /// The browser's indexes, in Dexie's syntax. They are never unique, because rows of one page may swap names.
    const INDEXES: &'static [&'static str];
    /// Members that are unique together among living rows. They must be required strings.
    const UNIQUE: &'static [&'static str] = &[];
    /// At most four. Their order is stored with the rows, so new ones come last.
    const REFERENCES: &'static [Reference] = &[];
    /// Members that would hold a secret. If there is one, every member that is named like a secret is refused in clear text, at any depth, and so is
    /// an address with a password. A value that [`Self::EXPORTED_AS_MAP`] names has its row's id for a name.
    const SECRETS: &'static [&'static str] = &[];
    /// Members that hold an address, for a collection without [`Self::SECRETS`]. A password in it is refused.
    const ADDRESSES: &'static [&'static str] = &[];
    /// Members that describe services. Their headers, their environment and the keys in their addresses are secrets too.
    const SERVICES: &'static [&'static str] = &[];
    /// What a device does with a conflict.
    const POLICY: Policy = Policy::Merge;
    /// Which way rows sync.
    const DIRECTION: Direction = Direction::Both;
    /// The most bytes of a value.
    const MAX_VALUE_BYTES: usize = DataLimits::VALUE_BYTES;
    /// The names of the members on the way to a list of files, which hold their content as text. A row that is too large is imported without the contents
    /// of its largest files.
    const FILES: Option<&'static [&'static str]> = None;
    /// The section of an export is an object from id to this member, instead of a list of rows.
    const EXPORTED_AS_MAP: Option<&'static str> = None;
    /// An export without rows has no section of them. It has none of rows that stay on devices in any case.
    const IS_SECTION_OPTIONAL: bool = false;
    /// The member of a document that holds a single row of this collection.
    const EXPORTED_ALONE_AS: Option<&'static str> = None;
    /// Further members of a document with rows of this collection, as other applications write them.
    const OTHER_MEMBERS: &'static [OtherMember] = &[];

    /// The ids of rows without which others can't be read. An import creates them only, and no request deletes one that is stored.
    const LASTING_IDS: &'static [&'static str] = &[];

    /// Checks what the types don't. Pointers are relative to the value.
    fn check(&self, errors: &mut ValidationErrors) {
        let _ = errors;
    }

    /// Checks what a row must be because of its id.
    fn check_as(&self, id: &str, errors: &mut ValidationErrors) {
        let _ = (id, errors);
    }
}

/// What a device does with a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The device's edit is sent again with the server's revision.
    ClientWins,
    /// The device takes the server's row.
    ServerWins,
    /// Fields are merged. Of a field that both changed, the newest in the server's order wins.
    Merge,
    /// The user decides.
    Ask,
}

/// Which way rows sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Both,
    /// From the server only. The server refuses writes.
    PullOnly,
    /// Not at all, unless the user chooses to.
    DeviceOnly,
}
