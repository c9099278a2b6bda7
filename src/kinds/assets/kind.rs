//! Assets as a synced kind. A push can't create an asset: the routes of assets do, because they store its bytes.

use futures_util::FutureExt as _;
use serde_json::json;
use utoipa::openapi::schema::ArrayBuilder;
use uuid::Uuid;

use super::wire::{Asset, UpdateAssetRequest};
use super::{LabelChanges, NAME, change_in, delete_in};
use crate::db::{UserReader, UserTx};
use crate::error::ApiError;
use crate::models::asset::{self, AssetRecord};
use crate::sync::Outcome;
use crate::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, Mutation, OtherKinds, RawMutation, SyncOp, SyncedKind,
    SyncedRow, SyncedTable, in_order, uuids,
};

/// The kind of assets: the metadata of files.
pub struct Assets;

enum AssetChange {
    Label(Uuid, LabelChanges),
    Delete(Uuid),
}

impl SyncedKind for Assets {
    fn name(&self) -> &'static str {
        NAME
    }

    fn table(&self) -> SyncedTable {
        asset::SYNCED
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        Ok(Change::new(match mutation.op {
            SyncOp::Put => {
                let body: UpdateAssetRequest = mutation.read()?;
                AssetChange::Label(mutation.uuid()?, body.into_changes())
            }
            SyncOp::Delete => AssetChange::Delete(mutation.uuid()?),
        }))
    }

    fn apply_one<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        mutation: &'a Mutation,
    ) -> Answer<'a, Outcome<AppliedRow>> {
        async move {
            let outcome = match mutation.change.of()? {
                AssetChange::Label(id, changes) => change_in(tx, *id, changes).await?,
                AssetChange::Delete(id) => delete_in(tx, kinds, *id).await?,
            };
            Ok(outcome.map(applied))
        }
        .boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let ids = uuids(keys);
            let rows = in_order(&ids, asset::load(reader, &ids).await?, |row| row.id);
            rows.map(|row| SyncedRow::new(row.id, row.revision, row.deleted_at, &Asset::from(&row))).collect()
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(asset::export())
    }

    fn description(&self) -> Option<Description> {
        let section = ArrayBuilder::new()
            .items(Description::any_object())
            .description(Some("Metadata of files. `storageUrl` has the bytes."));
        let description = Description::of::<Asset>(json!({
            "table": "assetMetadata", "primaryKey": "id",
            "indexes": ["projectId", "storageUrl", "uploadStatus", "updatedAt"],
        }));
        Some(description.with_section(section))
    }
}

fn applied(row: AssetRecord) -> AppliedRow {
    AppliedRow { key: row.id.to_string(), revision: row.revision, updated_at: row.updated_at, created: false }
}
