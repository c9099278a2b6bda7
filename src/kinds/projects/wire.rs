//! The wire types of projects.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{FreeJson, Timestamp};
use crate::models::project::{ProjectRecord, ProjectSummaryRecord};

/// A project with its document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    #[schema(example = "p-harbour")]
    pub id: String,
    #[schema(example = "The harbour")]
    pub name: String,
    /// The application's document. Null where none is stored.
    #[schema(required = true)]
    pub data: Option<FreeJson>,
    /// The parent project. Absent at the top level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_asset_id: Option<String>,
    /// The number of accepted writes. Send it as `baseRevision`.
    pub revision: i64,
    /// When a device last changed the project, by that device's clock. The server does not use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_updated_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Present in deleted projects only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
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
    /// The parent project. Absent at the top level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_asset_id: Option<String>,
    /// The number of accepted writes. Send it as `baseRevision`.
    pub revision: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Present in deleted projects only.
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
