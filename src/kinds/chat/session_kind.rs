//! Chat sessions as a synced kind.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::wire::{ChatSession, CreateSessionRequest};
use super::{SESSIONS, delete_session_in, import, put_session_in};
use crate::db::{UserReader, UserTx};
use crate::error::ApiError;
use crate::json::DataLimits;
use crate::kinds::projects;
use crate::models::chat_session::{self, ChatSessionRecord};
use crate::models::import::{ImportTable, StagedRow};
use crate::sync::Outcome;
use crate::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, ImportedKind, Mutation, OtherKinds, RawMutation, Reference,
    SyncOp, SyncedKind, SyncedRow, SyncedTable, in_order, uuids,
};

const PROJECT: Reference = Reference::link_to("projectId", projects::NAME);

/// The kind of chat sessions.
pub struct ChatSessions;

enum SessionChange {
    Put { id: Uuid, base: Option<i64>, put: CreateSessionRequest },
    Delete(Uuid),
}

impl SyncedKind for ChatSessions {
    fn name(&self) -> &'static str {
        SESSIONS
    }

    fn table(&self) -> SyncedTable {
        chat_session::SYNCED
    }

    fn references(&self) -> &'static [Reference] {
        &[PROJECT]
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        Ok(Change::new(match mutation.op {
            SyncOp::Put => {
                let row = ApiError::both(mutation.uuid(), mutation.read());
                let ((id, put), base) = ApiError::both(row, mutation.known_base())?;
                SessionChange::Put { id, base, put }
            }
            SyncOp::Delete => SessionChange::Delete(mutation.uuid()?),
        }))
    }

    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        async move {
            let result = match mutation.change.of()? {
                SessionChange::Put { id, base, put } => put_session_in(tx, *id, *base, put.clone()).await,
                SessionChange::Delete(id) => delete_session_in(tx, kinds, *id).await,
            };
            result.map(|outcome| outcome.map(applied)).map_err(in_mutation)
        }
        .boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let ids = uuids(keys);
            let rows = in_order(&ids, chat_session::load(reader, &ids).await?, |row| row.id);
            rows.map(|row| SyncedRow::new(row.id, row.revision, row.deleted_at, &ChatSession::from(&row))).collect()
        }
        .boxed()
    }

    fn on_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'a str, ids: &'a [String]) -> Answer<'a, Vec<String>> {
        async move {
            if kind == PROJECT.to {
                let version = tx.next_version();
                chat_session::leave_projects(tx, ids, version).await?;
            }
            Ok(Vec::new())
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(chat_session::export())
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        Some(self)
    }

    fn description(&self) -> Option<Description> {
        Some(Description::of::<ChatSession>(json!({
            "table": SESSIONS, "primaryKey": "id", "indexes": ["projectId", "updatedAt"],
        })))
    }
}

impl ImportedKind for ChatSessions {
    fn import_table(&self) -> ImportTable {
        chat_session::import_table(SESSIONS)
    }

    fn read_row(&self, _key: Option<String>, row: Box<RawValue>, _limits: DataLimits) -> Result<StagedRow, ApiError> {
        import::read_session(row)
    }
}

fn applied(row: ChatSessionRecord) -> AppliedRow {
    let created = row.created_at == row.updated_at;
    AppliedRow { key: row.id.to_string(), revision: row.revision, updated_at: row.updated_at, created }
}

/// Makes pointers relative to the mutation: `/id` becomes `/key`, all others move below `/value`.
fn in_mutation(error: ApiError) -> ApiError {
    error.moved(|pointer| match pointer {
        "/id" => Cow::Borrowed("/key"),
        other => Cow::Owned(format!("/value{other}")),
    })
}
