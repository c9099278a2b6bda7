//! A put or a delete in its own transaction or in the caller's, exactly once if the client named it.

use futures_util::FutureExt as _;

use super::delete::{DeleteRecord, delete};
use super::put::{PutRecord, WrittenRow, duplicate_name, name_conflict, put};
use super::row::StoredRow;
use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, ErrorCode, ServerCopy};
use crate::models::record;
use crate::sync::idempotency::{self, Mutation, Rejection, StoredOutcome};
use crate::sync::kind::OtherKinds;
use crate::sync::registry::Registry;
use crate::sync::{Outcome, UserWriter};

/// A change of a row of a collection.
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

/// Applies a change in its own transaction. With a mutation, a repeat gets the first answer and has no second effect.
///
/// # Errors
/// The refusals of [`apply`], `id_conflict` and `mutation_gap` for the mutation, and those of [`UserWriter::write`].
pub async fn change(
    writer: &UserWriter,
    owner: &OwnerId,
    kinds: &Registry,
    change: Change,
    mutation: Option<Mutation>,
) -> Result<WrittenRow, ApiError> {
    let kinds = kinds.clone();
    writer
        .write(owner, move |tx| {
            async move {
                match mutation {
                    Some(mutation) => apply_once(tx, &kinds, &change, &mutation).await,
                    None => Ok(apply(tx, &kinds, &change).await?.map(Ok)),
                }
            }
            .boxed()
        })
        .await?
}

/// Applies a change in the caller's transaction.
///
/// # Errors
/// Refusals, after which nothing is changed and the transaction is usable. Those of the database.
pub async fn apply(tx: &mut UserTx, kinds: &dyn OtherKinds, change: &Change) -> Result<Outcome<WrittenRow>, ApiError> {
    match change {
        Change::Put(record) => put(tx, kinds, record).await,
        Change::Delete(record) => delete(tx, kinds, record).await,
    }
}

/// [`apply`] for a named change: a repeat is answered from its idempotency record, a new change is applied and its record is stored. A refusal
/// is an outcome here, so that it is stored too.
///
/// # Errors
/// `id_conflict` and `mutation_gap` for the mutation, and those of the database.
pub async fn apply_once(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    change: &Change,
    mutation: &Mutation,
) -> Result<Outcome<Result<WrittenRow, ApiError>>, ApiError> {
    if let Some(stored) = idempotency::find(tx, mutation).await? {
        return Ok(Outcome::Unchanged(repeated(tx, kinds, change, stored).await?));
    }
    let (outcome, stored) = match apply(tx, kinds, change).await {
        Ok(Outcome::Changed(row)) => (Outcome::Changed(Ok(row)), Some(Outcome::Changed(applied(change, row)))),
        Ok(Outcome::Unchanged(row)) => (Outcome::Unchanged(Ok(row)), Some(Outcome::Unchanged(applied(change, row)))),
        Err(error) => match refused(change, &error) {
            Some(stored) => (Outcome::Unchanged(Err(error)), Some(Outcome::Unchanged(stored))),
            None => return Err(error),
        },
    };
    if let Some(stored) = stored {
        idempotency::store(tx, mutation, &stored).await?;
    }
    Ok(outcome)
}

fn applied(change: &Change, row: WrittenRow) -> StoredOutcome {
    let key = change.id().to_owned();
    StoredOutcome::Applied { key, revision: row.revision, updated_at: row.updated_at, created: row.created }
}

/// The outcome of a refusal. `None` for errors of the server.
fn refused(change: &Change, error: &ApiError) -> Option<StoredOutcome> {
    match error.code {
        ErrorCode::RevisionConflict => Some(StoredOutcome::Conflict { key: change.id().to_owned() }),
        _ => Rejection::of(error).map(StoredOutcome::Rejected),
    }
}

/// The answer to a repeat: the first answer. A refusal with a row has the stored row of now, because the client needs the newest one.
async fn repeated(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    change: &Change,
    stored: StoredOutcome,
) -> Result<Result<WrittenRow, ApiError>, ApiError> {
    Ok(match stored {
        StoredOutcome::Applied { revision, updated_at, created, .. } => {
            Ok(WrittenRow { revision, updated_at, created })
        }
        StoredOutcome::Conflict { key } => {
            let row = record::find(tx.reader(), change.collection(), &key).await?.map(StoredRow::from);
            Err(ApiError::revision_conflict(ServerCopy::of(row.as_ref())))
        }
        StoredOutcome::Rejected(rejection) => {
            let error = rejection.into_error();
            match change {
                Change::Put(put) if error.code == ErrorCode::DuplicateName => {
                    Err(duplicate_name(put, name_conflict(tx, kinds, put).await?.map(StoredRow::from)))
                }
                _ => Err(error),
            }
        }
    })
}
