//! The delete of a row, for all callers. The registry deletes or unlinks the rows that refer to it.

use super::definition::Definition;
use super::put::{WrittenRow, require_writable};
use super::row::StoredRow;
use crate::db::UserTx;
use crate::error::{ApiError, ErrorCode, ServerCopy};
use crate::models::record::{self, CollectionRecord};
use crate::sync::Outcome;
use crate::sync::kind::OtherKinds;

/// A delete of a row.
#[derive(Debug)]
pub struct DeleteRecord {
    pub definition: &'static Definition,
    pub id: String,
    /// `None`: at any revision.
    pub base_revision: Option<i64>,
}

/// Replaces a row by a tombstone. A row that is a tombstone stays unchanged.
///
/// # Errors
/// `forbidden`, `not_found` and `revision_conflict`, after which nothing is changed. Those of the database.
pub async fn delete(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    delete: &DeleteRecord,
) -> Result<Outcome<WrittenRow>, ApiError> {
    require_writable(delete.definition)?;
    let name = delete.definition.name;
    let stored = record::find(tx.reader(), name, &delete.id).await?.ok_or_else(ApiError::not_found)?;
    if stored.deleted_at.is_some() {
        let CollectionRecord { revision, updated_at, .. } = stored;
        return Ok(Outcome::Unchanged(WrittenRow { revision, updated_at, created: false }));
    }
    if delete.base_revision.is_some_and(|base| base != stored.revision) {
        return Err(ApiError::revision_conflict(ServerCopy::of(Some(&StoredRow::from(stored)))));
    }
    if delete.definition.lasting_ids.contains(&delete.id.as_str()) {
        return Err(ApiError::new(
            ErrorCode::Forbidden,
            "Other rows can't be read without this one, so it is not deleted.",
        ));
    }
    let version = tx.next_version();
    let tombstone = record::soft_delete(tx, name, &delete.id, version).await?;
    kinds.rows_deleted(tx, name, vec![delete.id.clone()]).await?;
    Ok(Outcome::Changed(WrittenRow { revision: tombstone.revision, updated_at: tombstone.updated_at, created: false }))
}
