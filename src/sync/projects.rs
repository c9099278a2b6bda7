//! What may happen to projects.

use futures_util::FutureExt as _;

use super::collections;
use super::receipts::{self, Mutation, Rejection, Settled};
use super::space::{Outcome, SpaceTransaction, Spaces, Written};
use crate::error::{ApiError, FieldError};
use crate::models::project::{self, ProjectChanges, ProjectRecord, ProjectSummaryRecord, ProjectWrite, write_project};
use crate::models::{OwnerId, chat_session};
use crate::wire::Timestamp;

/// What to do with a project.
#[derive(Debug)]
pub enum ProjectChange {
    /// Create (base 0), change, or restore.
    Put { base_revision: i64, changes: ProjectChanges },
    /// Bury it and all below it, whatever its revision unless one is given.
    Delete { base_revision: Option<i64> },
}

/// What a change came to. Refusals are errors.
#[derive(Debug)]
pub enum ProjectOutcome {
    Accepted(Accepted),
    /// Another revision is stored: this one, or none.
    Conflict(Option<ProjectRecord>),
}

#[derive(Debug)]
pub struct Accepted {
    pub id: String,
    pub revision: i64,
    pub updated_at: Timestamp,
    pub created: bool,
}

/// Changes a project. With a mutation, a repeat is answered like the first time and has no second effect.
pub async fn change(
    spaces: &Spaces,
    owner: &OwnerId,
    id: String,
    change: ProjectChange,
    mutation: Option<Mutation>,
) -> Result<ProjectOutcome, ApiError> {
    let owner_id = owner.clone();
    match (change, mutation) {
        (ProjectChange::Put { base_revision, changes }, None) => {
            put_at_once(spaces, owner, id, base_revision, changes).await
        }
        (change, None) => {
            spaces.write(owner, move |tx| async move { apply(tx, &owner_id, &id, &change).await }.boxed()).await
        }
        (change, Some(mutation)) => {
            spaces
                .write(owner, move |tx| async move { apply_once(tx, &owner_id, &id, &change, &mutation).await }.boxed())
                .await?
        }
    }
}

/// Creates a project, or answers the row that has this id, tombstone or not; true if it is new.
pub async fn create(
    spaces: &Spaces,
    owner: &OwnerId,
    id: String,
    changes: ProjectChanges,
    mutation: Option<Mutation>,
) -> Result<(ProjectRecord, bool), ApiError> {
    let owner_id = owner.clone();
    let change = ProjectChange::Put { base_revision: 0, changes };
    spaces
        .write(owner, move |tx| {
            async move {
                let outcome = match &mutation {
                    None => settle(apply(tx, &owner_id, &id, &change).await)?,
                    Some(mutation) => apply_once(tx, &owner_id, &id, &change, mutation).await?,
                };
                let (result, changed) = match outcome {
                    Outcome::Changed(result) => (result, true),
                    Outcome::Unchanged(result) => (result, false),
                };
                let answer = match result {
                    Ok(ProjectOutcome::Accepted(accepted)) => project::find(tx.conn(), &owner_id, &accepted.id)
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

/// The hot write: one round trip.
async fn put_at_once(
    spaces: &Spaces,
    owner: &OwnerId,
    id: String,
    base_revision: i64,
    changes: ProjectChanges,
) -> Result<ProjectOutcome, ApiError> {
    let owner_id = owner.clone();
    spaces
        .call(owner, move |conn| {
            async move {
                let write = write_project(conn, &owner_id, &id, base_revision, &changes, None).await?;
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

/// One change among others of a transaction. An error means that nothing was changed: the caller may go on.
pub async fn apply(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: &str,
    change: &ProjectChange,
) -> Result<Outcome<ProjectOutcome>, ApiError> {
    match change {
        ProjectChange::Put { base_revision, changes } => {
            let stamp = tx.next_version();
            let write = write_project(tx.conn(), owner, id, *base_revision, changes, Some(stamp)).await?;
            Ok(written(write)?.map(|(outcome, _version)| outcome))
        }
        ProjectChange::Delete { base_revision } => delete(tx, owner, id, *base_revision).await,
    }
}

/// The same for a named change: answered from its receipt, or applied and its receipt stored. What is the client's fault is an outcome
/// here, so that it is kept too.
pub async fn apply_once(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: &str,
    change: &ProjectChange,
    mutation: &Mutation,
) -> Result<Outcome<Result<ProjectOutcome, ApiError>>, ApiError> {
    if let Some(settled) = receipts::recall(tx, owner, mutation).await? {
        return Ok(Outcome::Unchanged(repeated(tx, owner, settled).await?));
    }
    let outcome = settle(apply(tx, owner, id, change).await)?;
    let kept = match &outcome {
        Outcome::Changed(result) => settled(id, result).map(Outcome::Changed),
        Outcome::Unchanged(result) => settled(id, result).map(Outcome::Unchanged),
    };
    if let Some(kept) = kept {
        receipts::keep(tx, owner, mutation, &kept).await?;
    }
    Ok(outcome)
}

async fn delete(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    id: &str,
    base_revision: Option<i64>,
) -> Result<Outcome<ProjectOutcome>, ApiError> {
    let current = project::find_summary(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    if current.deleted_at.is_some() {
        // A repeat, perhaps with the revision that it had when it lived.
        return Ok(Outcome::Unchanged(accepted(current, false)));
    }
    if base_revision.is_some_and(|base| base != current.revision) {
        return Ok(Outcome::Unchanged(ProjectOutcome::Conflict(project::find(tx.conn(), owner, id).await?)));
    }
    let stamp = tx.next_version();
    let buried = project::bury(tx.conn(), owner, id, stamp).await?;
    unlink(tx, owner, &buried).await?;
    let tombstone = project::find_summary(tx.conn(), owner, id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Outcome::Changed(accepted(tombstone, false)))
}

/// Takes out of projects that are gone what only points at them: chats here, collections by the references that they declare.
async fn unlink(tx: &mut SpaceTransaction, owner: &OwnerId, project_ids: &[String]) -> Result<(), ApiError> {
    let stamp = tx.next_version();
    chat_session::leave_projects(tx.conn(), owner, project_ids, stamp).await?;
    collections::unlink_deleted(tx, owner, collections::REGISTRY, "projects", project_ids.to_vec()).await?;
    Ok(())
}

/// What the database function said, with the version that it stamped.
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

/// A refusal that is the client's fault is an outcome; any other error ends the transaction.
fn settle(
    outcome: Result<Outcome<ProjectOutcome>, ApiError>,
) -> Result<Outcome<Result<ProjectOutcome, ApiError>>, ApiError> {
    match outcome {
        Ok(outcome) => Ok(outcome.map(Ok)),
        Err(error) if Rejection::of(&error).is_some() => Ok(Outcome::Unchanged(Err(error))),
        Err(error) => Err(error),
    }
}

fn settled(id: &str, result: &Result<ProjectOutcome, ApiError>) -> Option<Settled> {
    match result {
        Ok(ProjectOutcome::Accepted(done)) => Some(Settled::Applied {
            key: done.id.clone(),
            revision: done.revision,
            updated_at: done.updated_at,
            created: done.created,
        }),
        Ok(ProjectOutcome::Conflict(_)) => Some(Settled::Conflict { key: id.to_owned() }),
        Err(error) => Rejection::of(error).map(Settled::Rejected),
    }
}

/// The first answer again. A conflict shows the row as it stands now: newer is what its reader needs.
async fn repeated(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    settled: Settled,
) -> Result<Result<ProjectOutcome, ApiError>, ApiError> {
    Ok(match settled {
        Settled::Applied { key: id, revision, updated_at, created } => {
            Ok(ProjectOutcome::Accepted(Accepted { id, revision, updated_at, created }))
        }
        Settled::Conflict { key } => Ok(ProjectOutcome::Conflict(project::find(tx.conn(), owner, &key).await?)),
        Settled::Rejected(rejection) => Err(rejection.into_error()),
    })
}
