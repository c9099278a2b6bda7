//! A put or a delete from its door to its commit, exactly once where the client gave it a name.

use futures_util::FutureExt as _;

use super::definition::Registry;
use super::delete::{DeleteRecord, delete};
use super::put::{PutRecord, WrittenRow, duplicate_name, namesake, put};
use super::row::StoredRow;
use crate::error::{ApiError, ErrorCode, ServerCopy};
use crate::models::{OwnerId, record};
use crate::sync::receipts::{self, Mutation, Rejection, Settled};
use crate::sync::{Outcome, SpaceTransaction, Spaces};

#[derive(Debug)]
pub enum Change {
    Put(PutRecord),
    Delete(DeleteRecord),
}

impl Change {
    fn id(&self) -> &str {
        match self {
            Self::Put(put) => &put.id,
            Self::Delete(delete) => &delete.id,
        }
    }

    fn collection(&self) -> &'static str {
        match self {
            Self::Put(put) => put.definition.name,
            Self::Delete(delete) => delete.definition.name,
        }
    }
}

/// A change by itself. With a mutation, a repeat is answered like the first time and has no second effect.
pub async fn change(
    spaces: &Spaces,
    owner: &OwnerId,
    registry: Registry,
    change: Change,
    mutation: Option<Mutation>,
) -> Result<WrittenRow, ApiError> {
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            async move {
                match mutation {
                    Some(mutation) => apply_once(tx, &owner_id, registry, &change, &mutation).await,
                    None => Ok(apply(tx, &owner_id, registry, &change).await?.map(Ok)),
                }
            }
            .boxed()
        })
        .await?
}

/// One change among others of a transaction. A refusal changes nothing and leaves the transaction usable.
pub async fn apply(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    registry: Registry,
    change: &Change,
) -> Result<Outcome<WrittenRow>, ApiError> {
    match change {
        Change::Put(record) => put(tx, owner, record).await,
        Change::Delete(record) => delete(tx, owner, registry, record).await,
    }
}

/// One named change among others of a transaction: answered from its receipt, or applied and its receipt stored. What is the
/// client's fault is an outcome here, so that it is kept too; an error ends the transaction.
pub async fn apply_once(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    registry: Registry,
    change: &Change,
    mutation: &Mutation,
) -> Result<Outcome<Result<WrittenRow, ApiError>>, ApiError> {
    if let Some(settled) = receipts::recall(tx, owner, mutation).await? {
        return Ok(Outcome::Unchanged(repeated(tx, owner, change, settled).await?));
    }
    let (outcome, kept) = match apply(tx, owner, registry, change).await {
        Ok(Outcome::Changed(row)) => (Outcome::Changed(Ok(row)), Some(Outcome::Changed(applied(change, row)))),
        Ok(Outcome::Unchanged(row)) => (Outcome::Unchanged(Ok(row)), Some(Outcome::Unchanged(applied(change, row)))),
        Err(error) => match refused(change, &error) {
            Some(settled) => (Outcome::Unchanged(Err(error)), Some(Outcome::Unchanged(settled))),
            None => return Err(error),
        },
    };
    if let Some(kept) = kept {
        receipts::keep(tx, owner, mutation, &kept).await?;
    }
    Ok(outcome)
}

fn applied(change: &Change, row: WrittenRow) -> Settled {
    let key = change.id().to_owned();
    Settled::Applied { key, revision: row.revision, updated_at: row.updated_at, created: row.created }
}

/// `None` for what is not the client's fault.
fn refused(change: &Change, error: &ApiError) -> Option<Settled> {
    match error.code {
        ErrorCode::RevisionConflict => Some(Settled::Conflict { key: change.id().to_owned() }),
        _ => Rejection::of(error).map(Settled::Rejected),
    }
}

/// The first answer again. A refusal that shows a row shows it as it stands now: newer is what its reader needs.
async fn repeated(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    change: &Change,
    settled: Settled,
) -> Result<Result<WrittenRow, ApiError>, ApiError> {
    Ok(match settled {
        Settled::Applied { revision, updated_at, created, .. } => Ok(WrittenRow { revision, updated_at, created }),
        Settled::Conflict { key } => {
            let row = record::find(tx.conn(), owner, change.collection(), &key).await?.map(StoredRow::from);
            Err(ApiError::revision_conflict(ServerCopy::of(row.as_ref())))
        }
        Settled::Rejected(rejection) => {
            let error = rejection.into_error();
            match change {
                Change::Put(put) if error.code == ErrorCode::DuplicateName => {
                    Err(duplicate_name(put, namesake(tx, owner, put).await?.map(StoredRow::from)))
                }
                _ => Err(error),
            }
        }
    })
}
