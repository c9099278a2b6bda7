//! The wire type of a changed row.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::Timestamp;
use crate::sync::kind::SyncedRow;

/// A changed row.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({ "collection": "tags", "key": "todo", "revision": 1, "value": { "id": "todo", "name": "todo" } }))]
pub struct SyncChange {
    #[schema(example = "chatSessions")]
    pub collection: &'static str,
    key: String,
    /// The row's own counter. A write of this row sends it as `baseRevision`.
    revision: i64,
    /// When the row was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
    /// The row. Null if it was deleted.
    #[schema(value_type = Option<Object>, required = true)]
    value: Option<Box<RawValue>>,
}

impl From<(&'static str, SyncedRow)> for SyncChange {
    fn from((collection, row): (&'static str, SyncedRow)) -> Self {
        let SyncedRow { key, revision, deleted_at, value } = row;
        Self { collection, key, revision, deleted_at, value }
    }
}
