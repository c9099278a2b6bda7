//! The bodies of row writes. The collection has the rules of the value.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::json::check::ValidationErrors;
use crate::json::{Check, FreeJson};
use crate::kinds::collections::MAX_ID_CHARS;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "value": { "name": "todo" }, "baseRevision": 0 }))]
pub struct PutRowRequest {
    /// The whole row. Members that the collection knows are checked. Other members are kept.
    pub value: FreeJson,
    /// The revision that the change was made from: 0 for a new row. The header `If-Match` may replace it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteRowRequest {
    /// Deletes this revision only. The header `If-Match` may replace it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// The id of this write. A repeat has no second effect and gets the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

impl Check for PutRowRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        common(errors, self.base_revision, self.mutation_id.as_deref());
    }
}

impl Check for DeleteRowRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        common(errors, self.base_revision, self.mutation_id.as_deref());
    }
}

fn common(errors: &mut ValidationErrors, base_revision: Option<i64>, mutation_id: Option<&str>) {
    if base_revision.is_some_and(|revision| revision < 0) {
        errors.add("baseRevision", "invalid_value", "must be 0 or more");
    }
    errors.optional_text("mutationId", mutation_id, 1, MAX_ID_CHARS);
}
