//! The one way to delete a row, and what that does to the rows that refer to it.

use super::declare::OnDelete;
use super::definition::{Definition, Registry};
use super::put::{WrittenRow, takes_writes};
use super::row::StoredRow;
use crate::error::{ApiError, ServerCopy};
use crate::models::OwnerId;
use crate::models::record::{self, CollectionRecord, Referring};
use crate::sync::{Outcome, SpaceTransaction};

#[derive(Debug)]
pub struct DeleteRecord {
    pub definition: &'static Definition,
    pub id: String,
    /// `None`: whatever is stored.
    pub base_revision: Option<i64>,
}

/// Turns the row into a tombstone; answers where the tombstone stands. A row that is one already stays as it is.
pub async fn delete(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    registry: Registry,
    delete: &DeleteRecord,
) -> Result<Outcome<WrittenRow>, ApiError> {
    takes_writes(delete.definition)?;
    let name = delete.definition.name;
    let stored = record::find(tx.conn(), owner, name, &delete.id).await?.ok_or_else(ApiError::not_found)?;
    if stored.deleted_at.is_some() {
        let CollectionRecord { revision, updated_at, .. } = stored;
        return Ok(Outcome::Unchanged(WrittenRow { revision, updated_at, created: false }));
    }
    if delete.base_revision.is_some_and(|base| base != stored.revision) {
        return Err(ApiError::revision_conflict(ServerCopy::of(Some(&StoredRow::from(stored)))));
    }
    let version = tx.next_version();
    let buried = record::bury(tx.conn(), owner, name, &delete.id, version).await?;
    unlink_deleted(tx, owner, registry, name, vec![delete.id.clone()]).await?;
    Ok(Outcome::Changed(WrittenRow { revision: buried.revision, updated_at: buried.updated_at, created: false }))
}

/// For whoever has just deleted `ids` of `name` (a collection, or `projects`): takes along what is part of them, and what is part
/// of that, and unlinks the rest. How many rows changed.
pub async fn unlink_deleted(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    registry: Registry,
    name: &'static str,
    ids: Vec<String>,
) -> Result<usize, ApiError> {
    let version = tx.next_version();
    let mut changed = 0;
    // Rows that were buried and whose own parts were not looked for yet. It ends: only living rows are buried.
    let mut open = vec![(name, ids)];
    while let Some((name, targets)) = open.pop() {
        if targets.is_empty() {
            continue;
        }
        for (definition, position, reference) in registry.referring_to(name) {
            let referring = Referring { collection: definition.name, position, targets: &targets };
            match reference.on_delete {
                OnDelete::TakeAlong => {
                    let buried = record::bury_referring(tx.conn(), owner, referring, version).await?;
                    changed += buried.len();
                    open.push((definition.name, buried));
                }
                OnDelete::Unlink => {
                    changed += record::unlink_referring(tx.conn(), owner, referring, reference.member, version).await?;
                }
            }
        }
    }
    Ok(changed)
}
