//! The writes of assistants. Their owners write them; administrators review them as a write of the owner's data.

mod import;
mod kind;
mod outcome;
mod put;
pub mod requests;
mod review;
pub mod search;
pub mod status;
pub mod wire;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::db::{OwnerId, UserTx};
use crate::error::{ApiError, ErrorCode};
use crate::models::assistant;
use crate::sync::idempotency::{self, Mutation, Rejection, StoredOutcome};
use crate::sync::user_tx::{Outcome, UserWriter};

use outcome::conflict;
use requests::AssistantInput;

pub use kind::Assistants;
pub use outcome::Accepted;
pub use review::{ReviewDecision, owner_of, review};

/// The kind's name.
pub const NAME: &str = "assistants";
/// The characters of a nanoid.
const ID_CHARS: usize = 21;

/// A change by the owner.
#[derive(Debug)]
pub enum AssistantChange {
    /// Creates it. If the temporary id is known, the stored row is the answer.
    Create { temp_id: Option<String>, input: AssistantInput },
    /// Changes or restores the row of this version.
    Put { base: i64, input: AssistantInput },
    /// Deletes it. `None`: at any version.
    Delete { base: Option<i64> },
}

/// A new nanoid of 21 characters, 126 random bits.
///
/// # Errors
/// `internal` if the system has no random source.
pub fn new_id() -> Result<String, ApiError> {
    let mut bytes = [0u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| ApiError::internal("there is no random source"))?;
    let mut id = URL_SAFE_NO_PAD.encode(bytes);
    id.truncate(ID_CHARS);
    Ok(id)
}

/// Changes an assistant. With a mutation, a repeat gets the first answer and has no second effect.
///
/// # Errors
/// `revision_conflict` with the stored row, `not_found`, `validation_failed`, `id_conflict` and `mutation_gap` for the mutation, and those of
/// [`UserWriter::write`].
pub async fn change(
    writer: &UserWriter,
    owner: &OwnerId,
    id: String,
    change: AssistantChange,
    mutation: Option<Mutation>,
) -> Result<Accepted, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                match mutation {
                    None => Ok(apply(tx, &id, &change).await?.map(Ok)),
                    Some(mutation) => apply_once(tx, &id, &change, &mutation).await,
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
pub async fn apply(tx: &mut UserTx, id: &str, change: &AssistantChange) -> Result<Outcome<Accepted>, ApiError> {
    match change {
        AssistantChange::Create { temp_id, input } => put::create(tx, id, temp_id.as_deref(), input).await,
        AssistantChange::Put { base, input } => put::update(tx, id, *base, input).await,
        AssistantChange::Delete { base } => put::delete(tx, id, *base).await,
    }
}

/// [`apply`] for a named change: a repeat is answered from its idempotency record. A refusal is an outcome here, so that it is stored too.
async fn apply_once(
    tx: &mut UserTx,
    id: &str,
    change: &AssistantChange,
    mutation: &Mutation,
) -> Result<Outcome<Result<Accepted, ApiError>>, ApiError> {
    if let Some(stored) = idempotency::find(tx, mutation).await? {
        return Ok(Outcome::Unchanged(repeated(tx, stored).await?));
    }
    let outcome = idempotency::with_refusals(apply(tx, id, change).await)?;
    idempotency::store_result(tx, mutation, &outcome, |result| stored_outcome(id, result)).await?;
    Ok(outcome)
}

fn stored_outcome(id: &str, result: &Result<Accepted, ApiError>) -> Option<StoredOutcome> {
    match result {
        Ok(Accepted { row, created }) => Some(StoredOutcome::Applied {
            key: row.id.clone(),
            revision: row.revision,
            updated_at: row.updated_at,
            created: *created,
        }),
        Err(error) if error.code == ErrorCode::RevisionConflict => Some(StoredOutcome::Conflict { key: id.to_owned() }),
        Err(error) => Rejection::of(error).map(StoredOutcome::Rejected),
    }
}

/// The answer to a repeat, with the stored row of now, because the client needs the newest one.
async fn repeated(tx: &mut UserTx, stored: StoredOutcome) -> Result<Result<Accepted, ApiError>, ApiError> {
    Ok(match stored {
        StoredOutcome::Applied { key, created, .. } => assistant::find_own(tx.reader(), &key)
            .await?
            .map(|row| Accepted { row, created })
            .ok_or_else(ApiError::not_found),
        StoredOutcome::Conflict { key } => Err(conflict(assistant::find_own(tx.reader(), &key).await?)),
        StoredOutcome::Rejected(rejection) => Err(rejection.into_error()),
    })
}
