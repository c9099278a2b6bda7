//! Projects on the wire. The browser's table follows from [`Project`] (`x-indexeddb`).

use serde::Serialize;
use utoipa::ToSchema;

use crate::models::project::{ProjectRecord, ProjectSummaryRecord};
use crate::openapi::IndexedTable;
use crate::wire::{FreeJson, Timestamp};

/// A project with its document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    #[schema(example = "p-harbour")]
    pub id: String,
    #[schema(example = "The harbour")]
    pub name: String,
    /// The application's document; null where none was stored.
    #[schema(required = true)]
    pub data: Option<FreeJson>,
    /// The project that it stands in; left out at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_asset_id: Option<String>,
    /// Counts the accepted writes; send it as `baseRevision`.
    pub revision: i64,
    /// When a device last changed it, by that device's clock. Decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_updated_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Only of a deleted project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl IndexedTable for Project {
    const TABLE: &'static str = "projects";
    const PRIMARY_KEY: &'static str = "id";
    const INDEXES: &'static [&'static str] = &["name", "parentId", "createdAt", "updatedAt"];
}

impl From<ProjectRecord> for Project {
    fn from(row: ProjectRecord) -> Self {
        let ProjectRecord { summary, data } = row;
        Self {
            id: summary.id,
            name: summary.name,
            data,
            parent_id: summary.parent_id,
            thumbnail_asset_id: summary.thumbnail_asset_id,
            revision: summary.revision,
            client_updated_at: summary.client_updated_at,
            created_at: summary.created_at,
            updated_at: summary.updated_at,
            deleted_at: summary.deleted_at,
        }
    }
}

/// A project without its document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSummary {
    #[schema(example = "p-harbour")]
    pub id: String,
    #[schema(example = "The harbour")]
    pub name: String,
    /// The project that it stands in; left out at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_asset_id: Option<String>,
    /// Counts the accepted writes; send it as `baseRevision`.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Only of a deleted project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl From<&ProjectSummaryRecord> for ProjectSummary {
    fn from(row: &ProjectSummaryRecord) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            parent_id: row.parent_id.clone(),
            thumbnail_asset_id: row.thumbnail_asset_id.clone(),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
        }
    }
}
