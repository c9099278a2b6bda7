//! References between rows.

use serde::Serialize;
use utoipa::ToSchema;

/// What happens to a row when the row that it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnDelete {
    /// The row is deleted too.
    #[serde(rename = "take-along")]
    Cascade,
    /// The member becomes null.
    Unlink,
}

/// A member with the id of another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    pub member: &'static str,
    /// The name of a kind.
    pub to: &'static str,
    /// True if the other row must be living.
    pub required: bool,
    pub on_delete: OnDelete,
    /// The error code if a required row is missing.
    pub unknown: &'static str,
}

impl Reference {
    /// A required reference. The row is deleted with the other row.
    pub const fn part_of(member: &'static str, to: &'static str) -> Self {
        Self { member, to, required: true, on_delete: OnDelete::Cascade, unknown: "unknown_reference" }
    }

    /// A link that may be null. It becomes null when the other row is deleted, and is stored as null if that row is a tombstone. The row need
    /// not exist: it may not be pushed yet, or it may be on the device only.
    pub const fn link_to(member: &'static str, to: &'static str) -> Self {
        Self { member, to, required: false, on_delete: OnDelete::Unlink, unknown: "unknown_reference" }
    }

    /// The same reference with another error code for a missing row.
    pub const fn or(self, unknown: &'static str) -> Self {
        Self { unknown, ..self }
    }
}
