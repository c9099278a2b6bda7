//! The bodies of project writes and their rules. They serialize too: what a repeat is compared by.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::models::project::ProjectChanges;
use crate::wire::check::Report;
use crate::wire::{Check, FreeJson, Timestamp, given};

pub const MAX_ID_CHARS: usize = 128;
const MAX_NAME_CHARS: usize = 200;

/// Members that are left out stay as they are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutProjectRequest {
    /// A new project without a name is called "Untitled".
    #[schema(example = "The harbour", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The application's document, replaced as a whole; null removes it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<FreeJson>)]
    pub data: Option<Option<FreeJson>>,
    /// The revision that this was made from: 0 for a new project. `If-Match` may stand for it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// The project to stand in; null is the top.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub parent_id: Option<Option<String>>,
    /// Null removes it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub thumbnail_asset_id: Option<Option<String>>,
    /// By the device's clock. Alone it is no change.
    pub client_updated_at: Option<Timestamp>,
    /// Names this write: a repeat has no second effect and the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateProjectRequest {
    /// Chosen by the device where it works offline; else the server makes one.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// "Untitled" where it is left out.
    #[schema(example = "The harbour", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The application's document.
    pub data: Option<FreeJson>,
    /// The project to stand in.
    #[schema(min_length = 1, max_length = 128)]
    pub parent_id: Option<String>,
    #[schema(min_length = 1, max_length = 128)]
    pub thumbnail_asset_id: Option<String>,
    /// By the device's clock.
    pub client_updated_at: Option<Timestamp>,
    /// Names this write: a repeat has no second effect and the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteProjectRequest {
    /// Delete only this revision. `If-Match` may stand for it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// Names this write: a repeat has no second effect and the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

fn base_revision(report: &mut Report, value: Option<i64>) {
    if value.is_some_and(|revision| revision < 0) {
        report.add("baseRevision", "invalid_value", "must be 0 or more");
    }
}

impl Check for PutProjectRequest {
    fn check(&self, report: &mut Report) {
        let inner = |member: &'_ Option<Option<String>>| member.clone().flatten();
        report.optional_text("name", self.name.as_deref(), 1, MAX_NAME_CHARS);
        report.free_object("data", self.data.as_ref().and_then(Option::as_ref));
        base_revision(report, self.base_revision);
        report.optional_text("parentId", inner(&self.parent_id).as_deref(), 1, MAX_ID_CHARS);
        report.optional_text("thumbnailAssetId", inner(&self.thumbnail_asset_id).as_deref(), 1, MAX_ID_CHARS);
        report.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl Check for CreateProjectRequest {
    fn check(&self, report: &mut Report) {
        report.optional_text("id", self.id.as_deref(), 1, MAX_ID_CHARS);
        report.optional_text("name", self.name.as_deref(), 1, MAX_NAME_CHARS);
        report.free_object("data", self.data.as_ref());
        report.optional_text("parentId", self.parent_id.as_deref(), 1, MAX_ID_CHARS);
        report.optional_text("thumbnailAssetId", self.thumbnail_asset_id.as_deref(), 1, MAX_ID_CHARS);
        report.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl Check for DeleteProjectRequest {
    fn check(&self, report: &mut Report) {
        base_revision(report, self.base_revision);
        report.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl PutProjectRequest {
    pub fn into_changes(self) -> ProjectChanges {
        ProjectChanges {
            name: self.name,
            data: self.data,
            parent_id: self.parent_id,
            thumbnail_asset_id: self.thumbnail_asset_id,
            client_updated_at: self.client_updated_at,
        }
    }
}

impl CreateProjectRequest {
    pub fn into_changes(self) -> ProjectChanges {
        ProjectChanges {
            name: self.name,
            data: Some(self.data),
            parent_id: Some(self.parent_id),
            thumbnail_asset_id: Some(self.thumbnail_asset_id),
            client_updated_at: self.client_updated_at,
        }
    }
}
