//! Projects as a synced kind.

use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::json;
use serde_json::value::RawValue;

use super::requests::{PutProjectRequest, require_document_size};
use super::wire::Project;
use super::{Accepted, NAME, ProjectChange, ProjectOutcome, apply, import};
use crate::db::{UserReader, UserTx};
use crate::error::{ApiError, ServerCopy};
use crate::json::DataLimits;
use crate::models::import::{ImportTable, StagedRow};
use crate::models::project;
use crate::sync::Outcome;
use crate::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, ImportedKind, Mutation, OtherKinds, RawMutation, Reference,
    SyncOp, SyncedKind, SyncedRow, SyncedTable, in_order,
};

/// The kind of projects: documents with a revision, in a tree.
pub struct Projects;

impl SyncedKind for Projects {
    fn name(&self) -> &'static str {
        NAME
    }

    fn table(&self) -> SyncedTable {
        project::SYNCED
    }

    fn references(&self) -> &'static [Reference] {
        const PARENT: Reference = Reference::part_of("parentId", NAME).or("unknown_parent");
        &[PARENT]
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        Ok(Change::new(match mutation.op {
            SyncOp::Put => {
                let (body, base_revision): (PutProjectRequest, _) =
                    ApiError::both(mutation.read(), mutation.base_revision())?;
                let data = body.data.as_ref().and_then(Option::as_ref);
                require_document_size(data, mutation.limits).map_err(|error| error.under("/value"))?;
                ProjectChange::Put { base_revision, changes: body.into_changes() }
            }
            SyncOp::Delete => ProjectChange::Delete { base_revision: mutation.base_revision },
        }))
    }

    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        async move {
            let result = apply(tx, kinds, &mutation.key, mutation.change.of()?).await;
            result.map_err(|error| error.under("/value")).and_then(applied)
        }
        .boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let rows = project::load(reader, keys).await?;
            let rows = in_order(keys, rows, |row| row.summary.id.clone()).map(Project::from);
            rows.map(|row| SyncedRow::new(row.id.clone(), row.revision, row.deleted_at, &row)).collect()
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(project::export())
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        Some(self)
    }

    fn description(&self) -> Option<Description> {
        Some(Description::of::<Project>(json!({
            "table": NAME, "primaryKey": "id", "indexes": ["name", "parentId", "createdAt", "updatedAt"],
        })))
    }
}

impl ImportedKind for Projects {
    fn import_table(&self) -> ImportTable {
        project::import_table(NAME)
    }

    fn single_name(&self) -> Option<&'static str> {
        Some("project")
    }

    fn read_row(&self, _key: Option<String>, row: Box<RawValue>, limits: DataLimits) -> Result<StagedRow, ApiError> {
        import::read_row(row, limits)
    }

    fn is_tree(&self) -> bool {
        true
    }
}

/// A conflict becomes `revision_conflict` without the row, because the push loads it.
fn applied(outcome: Outcome<ProjectOutcome>) -> Result<Outcome<AppliedRow>, ApiError> {
    let row = |done: Accepted| AppliedRow {
        key: done.id,
        revision: done.revision,
        updated_at: done.updated_at,
        created: done.created,
    };
    match outcome {
        Outcome::Changed(ProjectOutcome::Accepted(done)) => Ok(Outcome::Changed(row(done))),
        Outcome::Unchanged(ProjectOutcome::Accepted(done)) => Ok(Outcome::Unchanged(row(done))),
        Outcome::Changed(ProjectOutcome::Conflict(_)) | Outcome::Unchanged(ProjectOutcome::Conflict(_)) => {
            Err(ApiError::revision_conflict(ServerCopy::of::<Project>(None)))
        }
    }
}
