//! The bodies of row writes. The value's own rules are its collection's.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::sync::collections::MAX_ID_CHARS;
use crate::wire::check::Report;
use crate::wire::{Check, FreeJson};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutRowRequest {
    /// The whole row. Members that the collection knows are checked, others are kept as they are.
    pub value: FreeJson,
    /// The revision that this was made from: 0 for a new row. `If-Match` may stand for it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// Names this write: a repeat has no second effect and the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteRowRequest {
    /// Delete only this revision. `If-Match` may stand for it.
    #[schema(minimum = 0)]
    pub base_revision: Option<i64>,
    /// Names this write: a repeat has no second effect and the same answer.
    #[schema(min_length = 1, max_length = 128)]
    pub mutation_id: Option<String>,
}

impl Check for PutRowRequest {
    fn check(&self, report: &mut Report) {
        common(report, self.base_revision, self.mutation_id.as_deref());
    }
}

impl Check for DeleteRowRequest {
    fn check(&self, report: &mut Report) {
        common(report, self.base_revision, self.mutation_id.as_deref());
    }
}

fn common(report: &mut Report, base_revision: Option<i64>, mutation_id: Option<&str>) {
    if base_revision.is_some_and(|revision| revision < 0) {
        report.add("baseRevision", "invalid_value", "must be 0 or more");
    }
    report.optional_text("mutationId", mutation_id, 1, MAX_ID_CHARS);
}
