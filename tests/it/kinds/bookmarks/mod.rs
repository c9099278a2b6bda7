//! A kind that the library doesn't have: URLs with a revision, some in a project.

mod table;

use std::sync::Arc;

use futures_util::FutureExt as _;
use landfall::db::{UserReader, UserTx};
use landfall::error::{ApiError, ServerCopy};
use landfall::json::check::ValidationErrors;
use landfall::json::{Check, DataLimits, decode};
use landfall::models::import::{ImportTable, StagedRow};
use landfall::sync::Outcome;
use landfall::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, ImportedKind, Mutation, OtherKinds, RawMutation, Reference,
    SyncOp, SyncedKind, SyncedRow, SyncedTable, in_order,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::ToSchema;

pub use table::TABLE_SQL;

const NAME: &str = "bookmarks";
const PROJECT: Reference = Reference::link_to("projectId", "projects");

pub struct Bookmarks;

/// A saved URL.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bookmark {
    #[serde(skip_deserializing)]
    id: String,
    url: String,
    project_id: Option<String>,
}

impl Check for Bookmark {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("url", &self.url, 1, 2_000);
    }
}

enum BookmarkChange {
    Put(i64, Bookmark),
    Delete(Option<i64>),
}

async fn write(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    key: &str,
    change: &BookmarkChange,
) -> Result<Outcome<AppliedRow>, ApiError> {
    let stored = table::find(tx.reader(), key).await?;
    let revision = stored.as_ref().map_or(0, |row| row.revision);
    let base = match change {
        BookmarkChange::Put(base, _) => Some(*base),
        BookmarkChange::Delete(base) => *base,
    };
    if base.is_some_and(|base| base != revision) {
        return Err(ApiError::revision_conflict(ServerCopy::of::<Bookmark>(None)));
    }
    let row = match change {
        BookmarkChange::Put(_, bookmark) => {
            table::store(tx, key, &bookmark.url, bookmark.project_id.as_deref()).await?
        }
        BookmarkChange::Delete(_) => {
            stored.ok_or_else(ApiError::not_found)?;
            let tombstone = table::delete(tx, key).await?;
            kinds.rows_deleted(tx, NAME, vec![key.to_owned()]).await?;
            tombstone
        }
    };
    let created = row.revision == 1;
    Ok(Outcome::Changed(AppliedRow { key: row.id, revision: row.revision, updated_at: row.updated_at, created }))
}

impl SyncedKind for Bookmarks {
    fn name(&self) -> &'static str {
        NAME
    }

    fn table(&self) -> SyncedTable {
        table::SYNCED
    }

    fn references(&self) -> &'static [Reference] {
        &[PROJECT]
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        Ok(Change::new(match mutation.op {
            SyncOp::Put => BookmarkChange::Put(mutation.base_revision()?, mutation.read()?),
            SyncOp::Delete => BookmarkChange::Delete(mutation.base_revision),
        }))
    }

    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        async move { write(tx, kinds, &mutation.key, mutation.change.of()?).await }.boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let rows = in_order(keys, table::load(reader, keys).await?, |row| row.id.clone());
            rows.map(|row| {
                let bookmark = Bookmark { id: row.id.clone(), url: row.url, project_id: row.project_id };
                SyncedRow::new(row.id, row.revision, row.deleted_at, &bookmark)
            })
            .collect()
        }
        .boxed()
    }

    fn on_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'a str, ids: &'a [String]) -> Answer<'a, Vec<String>> {
        async move {
            if kind == PROJECT.to {
                table::leave_projects(tx, ids).await?;
            }
            Ok(Vec::new())
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(table::export())
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        Some(self)
    }

    fn description(&self) -> Option<Description> {
        Some(Description::of::<Bookmark>(json!({ "table": NAME, "primaryKey": "id", "indexes": ["projectId"] })))
    }
}

impl ImportedKind for Bookmarks {
    fn import_table(&self) -> ImportTable {
        table::import_table(NAME)
    }

    fn read_row(&self, _key: Option<String>, row: Box<RawValue>, _limits: DataLimits) -> Result<StagedRow, ApiError> {
        #[derive(Deserialize)]
        struct Id {
            id: String,
        }
        let Id { id } = decode(row.get().as_bytes())?;
        let bookmark: Bookmark = decode(row.get().as_bytes())?;
        bookmark.checked()?;
        let links = vec![bookmark.project_id.clone()];
        let value = json!({ "url": bookmark.url }).to_string();
        Ok(StagedRow { id, value, unique_name: None, links })
    }
}
