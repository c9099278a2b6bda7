//! A changed row on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::asset_types::Asset;
use crate::routes::chat_types::{ChatMessage, ChatSession};
use crate::routes::project_types::Project;
use crate::sync::pull::ChangedRow;
use crate::wire::{FreeJson, Timestamp};

/// A row that changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncChange {
    #[schema(example = "chatSessions")]
    pub collection: &'static str,
    key: String,
    /// What a write of this row must give as `baseRevision`.
    revision: i64,
    /// When it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
    /// The row; null for one that was deleted.
    #[schema(value_type = Option<Object>, required = true)]
    value: Option<SyncValue>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SyncValue {
    ChatSession(ChatSession),
    ChatMessage(ChatMessage),
    Project(Box<Project>),
    Asset(Box<Asset>),
    Record(FreeJson),
}

impl From<ChangedRow> for SyncChange {
    fn from(row: ChangedRow) -> Self {
        match row {
            ChangedRow::ChatSession(row) => Self {
                collection: "chatSessions",
                key: row.id.to_string(),
                revision: row.revision,
                deleted_at: row.deleted_at,
                value: row.deleted_at.is_none().then(|| SyncValue::ChatSession((&row).into())),
            },
            ChangedRow::ChatMessage(row) => Self {
                collection: "chatMessages",
                key: row.id.to_string(),
                revision: row.revision,
                deleted_at: row.deleted_at,
                value: row.deleted_at.is_none().then(|| SyncValue::ChatMessage((&row).into())),
            },
            ChangedRow::Project(row) => Self {
                collection: "projects",
                key: row.summary.id.clone(),
                revision: row.summary.revision,
                deleted_at: row.summary.deleted_at,
                value: row.summary.deleted_at.is_none().then(|| SyncValue::Project(Box::new(row.into()))),
            },
            ChangedRow::Asset(row) => Self {
                collection: "assets",
                key: row.id.to_string(),
                revision: row.revision,
                deleted_at: row.deleted_at,
                value: row.deleted_at.is_none().then(|| SyncValue::Asset(Box::new((&row).into()))),
            },
            ChangedRow::Record(collection, row) => Self {
                collection,
                key: row.id,
                revision: row.revision,
                deleted_at: row.deleted_at,
                value: row.deleted_at.is_none().then_some(SyncValue::Record(row.value)),
            },
        }
    }
}
