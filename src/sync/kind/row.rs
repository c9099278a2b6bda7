//! A row in a pull or in a conflict.

use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::error::ApiError;
use crate::json::Timestamp;

/// A living row or a tombstone, already serialized.
#[derive(Debug, Clone)]
pub struct SyncedRow {
    pub key: String,
    /// The row's own counter.
    pub revision: i64,
    pub deleted_at: Option<Timestamp>,
    /// The row's JSON. `None` in a tombstone.
    pub value: Option<Box<RawValue>>,
}

impl SyncedRow {
    /// A row. `value` is left out if `deleted_at` is set.
    ///
    /// # Errors
    /// `internal` if `value` does not serialize.
    pub fn new(
        key: impl Into<String>,
        revision: i64,
        deleted_at: Option<Timestamp>,
        value: &impl Serialize,
    ) -> Result<Self, ApiError> {
        let value = match deleted_at {
            Some(_) => None,
            None => Some(serde_json::value::to_raw_value(value).map_err(ApiError::internal)?),
        };
        Ok(Self { key: key.into(), revision, deleted_at, value })
    }
}

/// The keys of a kind whose ids are UUIDs. No row has another key.
pub fn uuids(keys: &[String]) -> Vec<Uuid> {
    keys.iter().filter_map(|key| key.parse().ok()).collect()
}

/// Sorts rows into the order of `keys`, because the database returns them in any order.
pub fn in_order<K: Hash + Eq, T>(keys: &[K], rows: Vec<T>, key_of: impl Fn(&T) -> K) -> impl Iterator<Item = T> {
    let mut by_key: HashMap<K, T> = rows.into_iter().map(|row| (key_of(&row), row)).collect();
    keys.iter().filter_map(|key| by_key.remove(key)).collect::<Vec<_>>().into_iter()
}
