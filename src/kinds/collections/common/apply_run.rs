//! A run of mutations of one collection. Unique names are judged by the state at the end of the run: a row may take the name of another row that a
//! later mutation renames or deletes, and two rows may exchange their names.

use std::collections::HashSet;

use super::change::{Change, apply};
use super::put::{WrittenRow, name_conflict};
use crate::db::{Savepoint, UserTx};
use crate::error::{ApiError, ErrorCode};
use crate::models::record;
use crate::sync::Outcome;
use crate::sync::kind::{AppliedRow, Mutation, MutationOutcome, OtherKinds};

/// The part of a run that is applied on a savepoint, because rows gave up their names before the mutations that free them.
struct Attempt {
    savepoint: Savepoint,
    /// The index of its first mutation.
    from: usize,
    /// The ids of the rows without their names.
    released: Vec<String>,
}

/// Applies a run of the collection `name`. One outcome for each mutation, in order. A run without a name conflict takes no extra round trip.
///
/// # Errors
/// Errors of the server.
pub async fn apply_run(
    name: &str,
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    run: &[Mutation],
) -> Result<Vec<MutationOutcome>, ApiError> {
    let mut outcomes = Vec::with_capacity(run.len());
    let mut attempt: Option<Attempt> = None;
    let mut kept_names = HashSet::new();
    loop {
        while let Some(mutation) = run.get(outcomes.len()) {
            let outcome = MutationOutcome::of(apply_one(tx, kinds, mutation).await)?;
            let holder = holder_of_name(tx, kinds, mutation, &outcome).await?;
            let later = &run[outcomes.len() + 1..];
            let freed_later =
                holder.filter(|id| !kept_names.contains(id) && later.iter().any(|other| other.key == *id));
            let Some(holder) = freed_later else {
                outcomes.push(outcome);
                continue;
            };
            let attempt = match &mut attempt {
                Some(begun) => begun,
                none => {
                    let savepoint = tx.open_savepoint().await?;
                    none.insert(Attempt { savepoint, from: outcomes.len(), released: Vec::new() })
                }
            };
            record::release_name(tx, name, &holder).await?;
            attempt.released.push(holder);
        }
        let Some(Attempt { savepoint, from, released }) = attempt.take() else { return Ok(outcomes) };
        let unchanged: Vec<String> =
            released.into_iter().filter(|id| !is_changed(id, &run[from..], &outcomes[from..])).collect();
        if unchanged.is_empty() {
            tx.release(savepoint).await?;
            return Ok(outcomes);
        }
        // These rows keep their names, so the mutations that took them are refused.
        tx.roll_back_to(savepoint).await;
        outcomes.truncate(from);
        kept_names.extend(unchanged);
    }
}

/// Applies one mutation of a collection.
///
/// # Errors
/// As `SyncedKind::apply_one`.
async fn apply_one(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    mutation: &Mutation,
) -> Result<Outcome<AppliedRow>, ApiError> {
    let key = mutation.key.clone();
    let row = |WrittenRow { revision, updated_at, created }| AppliedRow { key, revision, updated_at, created };
    Ok(apply(tx, kinds, mutation.change.of()?).await?.map(row))
}

/// The id of the row that has the name, if the mutation was refused because of that.
async fn holder_of_name(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    mutation: &Mutation,
    outcome: &MutationOutcome,
) -> Result<Option<String>, ApiError> {
    match (outcome, mutation.change.of()?) {
        (MutationOutcome::Refused(error), Change::Put(put)) if error.code == ErrorCode::DuplicateName => {
            Ok(name_conflict(tx, kinds, put).await?.map(|row| row.id))
        }
        _ => Ok(None),
    }
}

/// Whether a mutation of the row was applied and changed it. An unchanged row still needs its name.
fn is_changed(id: &str, run: &[Mutation], outcomes: &[MutationOutcome]) -> bool {
    let last = run.iter().zip(outcomes).rfind(|(mutation, _)| mutation.key == id);
    last.is_some_and(|(_, outcome)| matches!(outcome, MutationOutcome::Applied(Outcome::Changed(_))))
}
