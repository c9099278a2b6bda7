//! The outcomes of numbered mutations, asked for by number: a device whose request was not answered learns what was stored, without sending the
//! bodies again. A device that gives a mutation up closes its client name first: what was not stored then can't be stored any more by a late
//! copy of the request, so the device may send it under another name.

use futures_util::FutureExt as _;

use super::idempotency::{self, StoredOutcome};
use super::push::{ConflictRow, PushResult, PushStatus};
use super::user_tx::{self, Outcome, UserWriter};
use crate::db::{Database, OwnerId, UserReader};
use crate::error::ApiError;
use crate::models::idempotency_record::{self, CLOSED, IdempotencyRecord};

/// The most outcomes of one answer.
pub const MAX_OUTCOMES: i64 = 500;

/// The stored outcomes of a client.
pub struct Outcomes {
    /// Of the numbers from the first that was asked for, without gaps, at most [`MAX_OUTCOMES`]. A conflict has no row: the outcome does not
    /// name the collection.
    pub results: Vec<PushResult>,
    /// The highest answered number. 0 without one.
    pub answered: i64,
}

/// Reads the outcomes of `client_id` from the number `from`.
///
/// # Errors
/// Those of the database.
pub async fn outcomes(db: &Database, owner: &OwnerId, client_id: &str, from: i64) -> Result<Outcomes, ApiError> {
    user_tx::snapshot(db, owner, async |reader| read(reader, client_id, from).await).await
}

/// [`outcomes`], and closes the client name: a push under it is refused with `mutation_gap` from now on.
///
/// # Errors
/// As [`outcomes`], and those of [`UserWriter::write`].
pub async fn close(writer: &UserWriter, owner: &OwnerId, client_id: String, from: i64) -> Result<Outcomes, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                // Under the lock of the user's version: no push of this client is between its check and its commit.
                idempotency::close(tx, &client_id).await?;
                Ok(Outcome::Unchanged(read(tx.reader(), &client_id, from).await?))
            }
            .boxed()
        })
        .await
}

async fn read(reader: UserReader<'_>, client_id: &str, from: i64) -> Result<Outcomes, ApiError> {
    let answered = idempotency_record::highest_below(reader, client_id, CLOSED).await?;
    let last = answered.min(from.saturating_add(MAX_OUTCOMES - 1));
    if last < from {
        return Ok(Outcomes { results: Vec::new(), answered });
    }
    let records = idempotency::find_numbers(reader, client_id, (from, last)).await?;
    let results = (from..=last).map(|number| result(number, records.get(&number))).collect::<Result<_, _>>()?;
    Ok(Outcomes { results, answered })
}

fn result(number: i64, record: Option<&IdempotencyRecord>) -> Result<PushResult, ApiError> {
    let expired = || (String::new(), PushStatus::Rejected(idempotency::expired()));
    let (key, status) = match record.filter(|record| !record.request_hash.is_empty()) {
        None => expired(),
        Some(record) => match idempotency::outcome_of(record)? {
            StoredOutcome::Applied { key, revision, .. } => (key, PushStatus::Duplicate { revision }),
            StoredOutcome::Conflict { key } => (key, PushStatus::Conflict(ConflictRow::Omitted)),
            StoredOutcome::Rejected(rejection) => (String::new(), PushStatus::Rejected(rejection.into_error())),
        },
    };
    // The outcome was counted when the mutation was pushed.
    Ok(PushResult { number, collection: None, key, status })
}
