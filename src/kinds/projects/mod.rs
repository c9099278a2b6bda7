//! The writes of projects.

mod import;
mod kind;
pub mod requests;
pub mod wire;

use futures_util::FutureExt as _;

use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, FieldError};
use crate::json::Timestamp;
use crate::models::project::{self, ProjectChanges, ProjectRecord, ProjectSummaryRecord, ProjectWrite, write_project};
use crate::sync::idempotency::{self, Mutation, Rejection, StoredOutcome};
use crate::sync::kind::OtherKinds;
use crate::sync::registry::Registry;
use crate::sync::user_tx::{Outcome, UserWriter, Written};

pub use kind::Projects;

/// The kind's name.
pub const NAME: &str = "projects";

/// A change of a project.
#[derive(Debug)]
pub enum ProjectChange {
    /// Creates (base 0), changes or restores it.
    Put { base_revision: i64, changes: ProjectChanges },
    /// Deletes it and all projects below it. `None`: at any revision.
    Delete { base_revision: Option<i64> },
}

/// The outcome of a change. Refusals are errors.
#[derive(Debug)]
pub enum ProjectOutcome {
    Accepted(Accepted),
    /// Another revision is stored. `None`: there is no row. A push gets the row without its document.
    Conflict(Option<ProjectRecord>),
}

/// A project after an accepted change.
#[derive(Debug)]
pub struct Accepted {
    pub id: String,
    pub revision: i64,
    pub updated_at: Timestamp,
    pub created: bool,
}

/// Changes a project. With a mutation, a repeat gets the first answer and has no second effect.
///
/// # Errors
/// `validation_failed` for the parent, `not_found`, `id_conflict` and `mutation_gap` for the mutation, and those of [`UserWriter::write`].
pub async fn change(
    writer: &UserWriter,
    kinds: &Registry,
    owner: &OwnerId,
    id: String,
    change: ProjectChange,
    mutation: Option<Mutation>,
) -> Result<ProjectOutcome, ApiError> {
    let kinds = kinds.clone();
    match (change, mutation) {
        (ProjectChange::Put { base_revision, changes }, None) => {
            put_at_once(writer, owner, id, base_revision, changes).await
        }
        (change, None) => {
            writer.write(owner, move |tx| async move { apply_for_answer(tx, &kinds, &id, &change).await }.boxed()).await
        }
        (change, Some(mutation)) => {
            writer
                .write(owner, move |tx| async move { apply_once(tx, &kinds, &id, &change, &mutation).await }.boxed())
                .await?
        }
    }
}

/// Creates a project. If the id exists, its row or tombstone is returned unchanged. True if the project is new.
///
/// # Errors
/// As [`change`].
pub async fn create(
    writer: &UserWriter,
    kinds: &Registry,
    owner: &OwnerId,
    id: String,
    changes: ProjectChanges,
    mutation: Option<Mutation>,
) -> Result<(ProjectRecord, bool), ApiError> {
    let kinds = kinds.clone();
    let change = ProjectChange::Put { base_revision: 0, changes };
    writer
        .write(owner, move |tx| {
            async move {
                let outcome = match &mutation {
                    None => idempotency::with_refusals(apply_for_answer(tx, &kinds, &id, &change).await)?,
                    Some(mutation) => apply_once(tx, &kinds, &id, &change, mutation).await?,
                };
                let (result, changed) = match outcome {
                    Outcome::Changed(result) => (result, true),
                    Outcome::Unchanged(result) => (result, false),
                };
                let answer = match result {
                    Ok(ProjectOutcome::Accepted(accepted)) => project::find(tx.reader(), &accepted.id)
                        .await?
                        .map(|row| (row, accepted.created))
                        .ok_or_else(ApiError::not_found),
                    Ok(ProjectOutcome::Conflict(row)) => row.map(|row| (row, false)).ok_or_else(ApiError::not_found),
                    Err(refusal) => Err(refusal),
                };
                Ok(if changed { Outcome::Changed(answer) } else { Outcome::Unchanged(answer) })
            }
            .boxed()
        })
        .await?
}

/// The most frequent write, as one round trip.
async fn put_at_once(
    writer: &UserWriter,
    owner: &OwnerId,
    id: String,
    base_revision: i64,
    changes: ProjectChanges,
) -> Result<ProjectOutcome, ApiError> {
    writer
        .call(owner, move |user| {
            async move {
                let write = write_project(user, &id, base_revision, &changes, None).await?;
                let (value, raised_to) = match written(write)? {
                    Outcome::Changed((outcome, version)) => (outcome, version),
                    Outcome::Unchanged((outcome, _)) => (outcome, None),
                };
                Ok(Written { value, raised_to })
            }
            .boxed()
        })
        .await
}

/// Applies a change in the caller's transaction. The row of a conflict comes without its document.
///
/// # Errors
/// Refusals, after which nothing is changed and the transaction is usable. Those of the database.
pub async fn apply(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    id: &str,
    change: &ProjectChange,
) -> Result<Outcome<ProjectOutcome>, ApiError> {
    match change {
        ProjectChange::Put { base_revision, changes } => {
            let stamp = tx.next_version();
            let write = write_project(tx.as_conn(), id, *base_revision, changes, Some(stamp)).await?;
            Ok(written(write)?.map(|(outcome, _version)| outcome))
        }
        ProjectChange::Delete { base_revision } => delete(tx, kinds, id, *base_revision).await,
    }
}

/// [`apply`] with the document of a conflict's row.
async fn apply_for_answer(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    id: &str,
    change: &ProjectChange,
) -> Result<Outcome<ProjectOutcome>, ApiError> {
    let outcome = apply(tx, kinds, id, change).await?;
    match outcome.value() {
        ProjectOutcome::Conflict(Some(_)) => {
            Ok(Outcome::Unchanged(ProjectOutcome::Conflict(project::find(tx.reader(), id).await?)))
        }
        _ => Ok(outcome),
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
    id: &str,
    change: &ProjectChange,
    mutation: &Mutation,
) -> Result<Outcome<Result<ProjectOutcome, ApiError>>, ApiError> {
    if let Some(stored) = idempotency::find(tx, mutation).await? {
        return Ok(Outcome::Unchanged(repeated(tx, stored).await?));
    }
    let outcome = idempotency::with_refusals(apply_for_answer(tx, kinds, id, change).await)?;
    idempotency::store_result(tx, mutation, &outcome, |result| stored_outcome(id, result)).await?;
    Ok(outcome)
}

async fn delete(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    id: &str,
    base_revision: Option<i64>,
) -> Result<Outcome<ProjectOutcome>, ApiError> {
    let current = project::find_summary(tx, id).await?.ok_or_else(ApiError::not_found)?;
    if current.deleted_at.is_some() {
        // A repeat, possibly with the revision of the living row.
        return Ok(Outcome::Unchanged(accepted(current, false)));
    }
    if base_revision.is_some_and(|base| base != current.revision) {
        return Ok(Outcome::Unchanged(ProjectOutcome::Conflict(Some(ProjectRecord { summary: current, data: None }))));
    }
    let stamp = tx.next_version();
    let mut deleted = project::soft_delete(tx, id, stamp).await?;
    deleted.sort_by_key(|one| one != id);
    kinds.rows_deleted(tx, NAME, deleted).await?;
    let tombstone = project::find_summary(tx, id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Outcome::Changed(accepted(tombstone, false)))
}

/// The result of the database function, and the version that it raised to.
fn written(write: ProjectWrite) -> Result<Outcome<(ProjectOutcome, Option<i64>)>, ApiError> {
    let refused = |code, detail| Err(ApiError::invalid(vec![FieldError::new("/parentId", code, detail)]));
    Ok(match write {
        ProjectWrite::Created(row) => {
            let version = Some(row.version);
            Outcome::Changed((accepted(row, true), version))
        }
        ProjectWrite::Updated(row) => {
            let version = Some(row.version);
            Outcome::Changed((accepted(row, false), version))
        }
        ProjectWrite::Unchanged(row) => Outcome::Unchanged((accepted(row, false), None)),
        ProjectWrite::Conflict(row) => Outcome::Unchanged((ProjectOutcome::Conflict(row), None)),
        ProjectWrite::Cycle => return refused("cycle", "must not be the project itself or one below it"),
        ProjectWrite::UnknownParent => return refused("unknown_parent", "there is no living project with this id"),
    })
}

fn accepted(row: ProjectSummaryRecord, created: bool) -> ProjectOutcome {
    ProjectOutcome::Accepted(Accepted { id: row.id, revision: row.revision, updated_at: row.updated_at, created })
}

fn stored_outcome(id: &str, result: &Result<ProjectOutcome, ApiError>) -> Option<StoredOutcome> {
    match result {
        Ok(ProjectOutcome::Accepted(done)) => Some(StoredOutcome::Applied {
            key: done.id.clone(),
            revision: done.revision,
            updated_at: done.updated_at,
            created: done.created,
        }),
        Ok(ProjectOutcome::Conflict(_)) => Some(StoredOutcome::Conflict { key: id.to_owned() }),
        Err(error) => Rejection::of(error).map(StoredOutcome::Rejected),
    }
}

/// The answer to a repeat: the first answer. A conflict has the stored row of now, because the client needs the newest one.
async fn repeated(tx: &mut UserTx, stored: StoredOutcome) -> Result<Result<ProjectOutcome, ApiError>, ApiError> {
    Ok(match stored {
        StoredOutcome::Applied { key: id, revision, updated_at, created } => {
            Ok(ProjectOutcome::Accepted(Accepted { id, revision, updated_at, created }))
        }
        StoredOutcome::Conflict { key } => Ok(ProjectOutcome::Conflict(project::find(tx.reader(), &key).await?)),
        StoredOutcome::Rejected(rejection) => Err(rejection.into_error()),
    })
}
