//! Assistants as a synced kind.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::json;
use serde_json::value::RawValue;

use super::outcome::conflict;
use super::requests::{PutAssistant, is_nanoid};
use super::wire::Assistant;
use super::{Accepted, AssistantChange, ID_CHARS, NAME, apply, import};
use crate::db::{UserReader, UserTx};
use crate::error::{ApiError, ErrorCode};
use crate::json::DataLimits;
use crate::models::assistant;
use crate::models::import::{ImportTable, Staged, StagedRow};
use crate::sync::Outcome;
use crate::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, ImportedKind, Mutation, OtherKinds, RawMutation, SyncOp,
    SyncedKind, SyncedRow, SyncedTable, in_order,
};

/// The kind of assistants.
pub struct Assistants;

impl SyncedKind for Assistants {
    fn name(&self) -> &'static str {
        NAME
    }

    fn table(&self) -> SyncedTable {
        assistant::SYNCED
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        Ok(Change::new(match mutation.op {
            SyncOp::Put => {
                let (body, base): (PutAssistant, _) = ApiError::both(mutation.read(), mutation.base_revision())?;
                let input = body.input();
                match base {
                    0 => {
                        let complete = input.complete().map_err(|error| error.under("/value"));
                        ApiError::both(complete, new_key(mutation))?;
                        AssistantChange::Create { temp_id: body.temp_id, input }
                    }
                    base => AssistantChange::Put { base, input },
                }
            }
            SyncOp::Delete => AssistantChange::Delete { base: mutation.base_revision },
        }))
    }

    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        _kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        async move {
            let change = mutation.change.of()?;
            let result = apply(tx, &mutation.key, change).await.map_err(|error| match change {
                // A change of a row that is not there is a conflict without a row, as for every kind.
                AssistantChange::Put { .. } if error.code == ErrorCode::NotFound => conflict(None),
                _ => error,
            });
            result.map(|outcome| outcome.map(applied)).map_err(in_mutation)
        }
        .boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let rows = in_order(keys, assistant::load(reader, keys).await?, |row| row.id.clone()).map(Assistant::from);
            rows.map(|row| SyncedRow::new(row.id.clone(), row.version, row.deleted_at, &row)).collect()
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(assistant::export())
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        Some(self)
    }

    fn description(&self) -> Option<Description> {
        Some(Description::of::<Assistant>(json!({
            "table": NAME, "primaryKey": "id", "indexes": ["tempId", "status", "author", "createdAt", "updatedAt"],
        })))
    }
}

impl ImportedKind for Assistants {
    fn import_table(&self) -> ImportTable {
        assistant::import_table(NAME)
    }

    fn name_member(&self) -> Option<&'static str> {
        Some("tempId")
    }

    fn read_row(&self, _key: Option<String>, row: Box<RawValue>, _limits: DataLimits) -> Result<StagedRow, ApiError> {
        import::read_row(row)
    }

    fn mark_conflicts<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        async move {
            if assistant::is_apart_from_staged(tx).await? {
                let detail = "Assistants can't be imported here, because the database is a cluster: leave the member `assistants` out.";
                return Err(ApiError::new(ErrorCode::Forbidden, detail));
            }
            Ok(assistant::mark_taken(tx, staged).await.map(|_marked| ())?)
        }
        .boxed()
    }

    fn made_id(&self, id: String) -> String {
        id.chars().filter(char::is_ascii_alphanumeric).take(ID_CHARS).collect()
    }

    fn after_write<'a>(&'a self, tx: &'a mut UserTx, _staged: Staged<'a>) -> Answer<'a, ()> {
        async move { Ok(assistant::record_import(tx).await.map(|_logged| ())?) }.boxed()
    }
}

fn applied(accepted: Accepted) -> AppliedRow {
    let Accepted { row, created } = accepted;
    AppliedRow { key: row.id, revision: row.revision, updated_at: row.updated_at, created }
}

/// The key of a new assistant is a nanoid.
fn new_key(mutation: &RawMutation<'_>) -> Result<(), ApiError> {
    let detail = "must have 21 characters of A-Z, a-z, 0-9, _ and -";
    if is_nanoid(mutation.key) { Ok(()) } else { Err(mutation.invalid("/key", detail)) }
}

/// Makes pointers relative to the mutation: `/id` becomes `/key`, all others move below `/value`.
fn in_mutation(error: ApiError) -> ApiError {
    error.moved(|pointer| match pointer {
        "/id" => Cow::Borrowed("/key"),
        other => Cow::Owned(format!("/value{other}")),
    })
}
