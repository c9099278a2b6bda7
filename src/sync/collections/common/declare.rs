//! How a collection is declared: one type, one `impl`. Everything else follows from it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::Report;

/// A type whose values are the rows of a collection. Its members are those that the server knows and checks; members that are no
/// `Option` are required. A row may have others: they are kept as they are.
pub trait Collection: DeserializeOwned + ToSchema + 'static {
    /// In addresses, in sync and in exports.
    const NAME: &'static str;
    /// The browser's table.
    const TABLE: &'static str = Self::NAME;
    /// The member that is the row's id in the browser. It may stand in the value, but only as the very id.
    const PRIMARY_KEY: &'static str = "id";
    /// The browser's indexes, in Dexie's syntax; never unique, since rows of one page may swap names on their way in.
    const INDEXES: &'static [&'static str];
    /// Members that together no two living rows may share. They must be required strings.
    const UNIQUE: &'static [&'static str] = &[];
    /// At most four; their order is stored with the rows, so new ones come last.
    const REFERENCES: &'static [Reference] = &[];
    /// Members that would hold a secret. Where there is one, all that is named like a secret is refused in clear, at any depth.
    const SECRETS: &'static [&'static str] = &[];
    /// What a device does when its edit meets another's.
    const POLICY: Policy = Policy::Merge;
    /// Which way rows travel by themselves.
    const DIRECTION: Direction = Direction::Both;
    const MAX_VALUE_BYTES: usize = 1024 * 1024;
    /// In exports: an object from id to this member, in place of a list of rows.
    const EXPORTED_AS_MAP: Option<&'static str> = None;

    /// What the types alone can't say. Pointers are relative to the value.
    fn check(&self, report: &mut Report) {
        let _ = report;
    }
}

/// What a device does when its edit meets another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The device's edit is put again on top of the server's.
    ClientWins,
    /// The device takes the server's row.
    ServerWins,
    /// Field by field; of a field that both changed, the newest in the server's order wins.
    Merge,
    /// A person decides.
    Ask,
}

/// Which way rows travel by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Both,
    /// From the server only: it takes no writes.
    PullOnly,
    /// Nowhere, until a person chooses to.
    DeviceOnly,
}

/// What becomes of a row when what it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    TakeAlong,
    Unlink,
}

/// A member that holds the id of another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    pub member: &'static str,
    /// A collection, or `projects`.
    pub to: &'static str,
    /// The other row must live.
    pub required: bool,
    pub on_delete: OnDelete,
}

impl Reference {
    /// A part of the other row: nothing without it, deleted with it.
    pub const fn part_of(member: &'static str, to: &'static str) -> Self {
        Self { member, to, required: true, on_delete: OnDelete::TakeAlong }
    }

    /// A link that may be null, and becomes null when the other row is deleted, or is stored as null where it was deleted before. Whether
    /// that row exists at all is not checked: it may be on its way, or on the device alone.
    pub const fn link_to(member: &'static str, to: &'static str) -> Self {
        Self { member, to, required: false, on_delete: OnDelete::Unlink }
    }
}
