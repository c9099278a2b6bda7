//! A row of a collection on the wire: in reads and in conflicts.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{FreeJson, Timestamp};
use crate::models::record::CollectionRecord;

/// A row of a collection.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredRow {
    #[schema(example = "V1StGXR8_Z5jdHi6B-myT")]
    pub id: String,
    pub value: FreeJson,
    /// The row's own counter. Send it back as `baseRevision`.
    #[schema(example = 1)]
    pub revision: i64,
    pub updated_at: Timestamp,
    /// Only tombstones have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl From<CollectionRecord> for StoredRow {
    fn from(row: CollectionRecord) -> Self {
        let CollectionRecord { id, value, revision, updated_at, deleted_at } = row;
        Self { id, value, revision, updated_at, deleted_at }
    }
}
