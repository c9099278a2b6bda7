//! The bodies of project writes and their validation. They also serialize, because a repeat is compared by its body.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, FreeJson, Timestamp, patch_field};
use crate::models::project::ProjectChanges;

/// The longest id, in characters.
pub const MAX_ID_CHARS: usize = DataLimits::ID_CHARS;
/// The longest name, in characters.
pub const MAX_NAME_CHARS: usize = DataLimits::NAME_CHARS;

/// A project's new state. Absent members stay as they are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "name": "The harbour", "data": { "berths": 12 }, "baseRevision": 0 }))]
pub struct PutProjectRequest {
    /// `Untitled` by default in a new project.
    #[schema(example = "The harbour", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The application's document, replaced as a whole. Null removes it.
    #[serde(default, deserialize_with = "patch_field", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<FreeJson>)]
    pub data: Option<Option<FreeJson>>,
    /// The revision that the change was made from: 0 for a new project. The header `If-Match` may replace it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// The parent project. Null for the top level.
    #[serde(default, deserialize_with = "patch_field", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub parent_id: Option<Option<String>>,
    /// Null removes it.
    #[serde(default, deserialize_with = "patch_field", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub thumbnail_asset_id: Option<Option<String>>,
    /// By the device's clock. It is stored only together with another change.
    pub client_updated_at: Option<Timestamp>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

/// A new project.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "name": "The harbour", "data": { "berths": 12 } }))]
pub struct CreateProjectRequest {
    /// Chosen by the device. Made by the server if absent.
    #[schema(min_length = 1, max_length = 128)]
    pub id: Option<String>,
    /// `Untitled` by default.
    #[schema(example = "The harbour", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The application's document.
    pub data: Option<FreeJson>,
    /// The parent project.
    #[schema(min_length = 1, max_length = 128)]
    pub parent_id: Option<String>,
    #[schema(min_length = 1, max_length = 128)]
    pub thumbnail_asset_id: Option<String>,
    /// By the device's clock.
    pub client_updated_at: Option<Timestamp>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

/// Conditions of a delete.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteProjectRequest {
    /// Deletes this revision only. The header `If-Match` may replace it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

/// Checks the size of a project's document, for every way to store one.
///
/// # Errors
/// `payload_too_large` at `/data`.
pub fn require_document_size(data: Option<&FreeJson>, limits: DataLimits) -> Result<(), ApiError> {
    let mut errors = ValidationErrors::default();
    errors.size("data", data, limits.project_bytes);
    errors.into_result()
}

fn base_revision(errors: &mut ValidationErrors, value: Option<i64>) {
    if value.is_some_and(|revision| revision < 0) {
        errors.add("baseRevision", "invalid_value", "must be 0 or more");
    }
}

impl Check for PutProjectRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        let inner = |member: &'_ Option<Option<String>>| member.clone().flatten();
        errors.optional_text("name", self.name.as_deref(), 1, MAX_NAME_CHARS);
        errors.free_object("data", self.data.as_ref().and_then(Option::as_ref));
        base_revision(errors, self.base_revision);
        errors.optional_text("parentId", inner(&self.parent_id).as_deref(), 1, MAX_ID_CHARS);
        errors.optional_text("thumbnailAssetId", inner(&self.thumbnail_asset_id).as_deref(), 1, MAX_ID_CHARS);
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl Check for CreateProjectRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("id", self.id.as_deref(), 1, MAX_ID_CHARS);
        errors.optional_text("name", self.name.as_deref(), 1, MAX_NAME_CHARS);
        errors.free_object("data", self.data.as_ref());
        errors.optional_text("parentId", self.parent_id.as_deref(), 1, MAX_ID_CHARS);
        errors.optional_text("thumbnailAssetId", self.thumbnail_asset_id.as_deref(), 1, MAX_ID_CHARS);
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
    }
}

impl Check for DeleteProjectRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        base_revision(errors, self.base_revision);
        errors.optional_text("mutationId", self.mutation_id.as_deref(), 1, MAX_ID_CHARS);
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
