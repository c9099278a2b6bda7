//! The results of writes.

use crate::db::Conn;

/// The result of a write.
#[derive(Debug)]
pub enum Outcome<T> {
    /// Rows changed. The version is raised.
    Changed(T),
    /// A repeat, or no change. Version, `updatedAt` and ETag stay.
    Unchanged(T),
}

impl<T> Outcome<T> {
    /// The same outcome with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Changed(value) => Outcome::Changed(change(value)),
            Self::Unchanged(value) => Outcome::Unchanged(change(value)),
        }
    }

    /// The value of either outcome.
    pub fn value(&self) -> &T {
        match self {
            Self::Changed(value) | Self::Unchanged(value) => value,
        }
    }
}

/// The result of a database function that locks and raises the version itself.
pub struct Written<T> {
    pub value: T,
    /// The new version, if rows changed.
    pub raised_to: Option<i64>,
}

/// A committed write and its connection, which is in no transaction.
pub struct Committed<T> {
    pub value: T,
    /// The user's version after the write.
    pub version: i64,
    pub conn: Conn,
}
