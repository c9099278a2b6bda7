//! Idempotency records: the outcome of a named write is stored in the transaction of its effect, and a repeat is answered from it before
//! any other check. The module is independent of collections.

use std::collections::HashMap;

use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::user_tx::Outcome;
use crate::db::{UserReader, UserTx};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::{FreeJson, Timestamp};
use crate::models::idempotency_record::{self, CLOSED, IdempotencyRecord, NewIdempotencyRecord};

/// A named write: the client's name for it, and a hash of the request.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// The device of a push. Empty for single writes.
    pub client_id: String,
    /// The `mutationId`, or the number of a pushed mutation as text.
    pub id: String,
    /// The number of a pushed mutation.
    pub number: Option<i64>,
    /// SHA-256.
    pub request_hash: Vec<u8>,
}

impl Mutation {
    /// A single write. `request` identifies it: the operation, the path, the body.
    ///
    /// # Errors
    /// `internal` if `request` does not serialize.
    pub fn single(id: String, request: &impl Serialize) -> Result<Self, ApiError> {
        let request = serde_json::to_vec(request).map_err(ApiError::internal)?;
        Ok(Self {
            client_id: String::new(),
            id,
            number: None,
            request_hash: digest(&SHA256, &request).as_ref().to_vec(),
        })
    }

    /// The mutation of a single write that the client has named. `None` without a name.
    ///
    /// # Errors
    /// As [`Self::single`].
    pub fn named(id: Option<String>, request: impl Serialize) -> Result<Option<Self>, ApiError> {
        id.map(|id| Self::single(id, &request)).transpose()
    }
}

/// The outcome of a named write, without rows: the answer to a repeat shows the stored rows of that time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum StoredOutcome {
    Applied { key: String, revision: i64, updated_at: Timestamp, created: bool },
    Conflict { key: String },
    Rejected(Rejection),
}

/// A refusal because of the request: the same request is refused again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    code: String,
    detail: String,
    errors: Vec<FieldError>,
    /// See [`ApiError::omitted`].
    #[serde(default, skip_serializing_if = "is_zero")]
    omitted: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Rejection {
    /// `None` for errors that are no outcome: authentication, and errors of the server.
    pub fn of(error: &ApiError) -> Option<Self> {
        matches!(error.code.status(), 402..500).then(|| Self {
            code: error.code.into_str().to_owned(),
            detail: error.detail.clone(),
            errors: error.errors.clone(),
            omitted: error.omitted,
        })
    }

    /// The error as it was first answered.
    pub fn into_error(self) -> ApiError {
        let code = self.code.parse().unwrap_or(ErrorCode::ValidationFailed);
        ApiError::new(code, self.detail).with_errors(self.errors).omitting(self.omitted as usize)
    }
}

/// The outcome of an earlier request with this name. `None` if there is none.
///
/// # Errors
/// `id_conflict` if the name is in use for another request, `mutation_gap` if the outcome is expired, and those of the database.
pub async fn find(tx: &mut UserTx, mutation: &Mutation) -> Result<Option<StoredOutcome>, ApiError> {
    find_as(tx, mutation).await
}

/// [`find`] for a write whose outcome has the type `T`.
///
/// # Errors
/// As [`find`].
pub async fn find_as<T: DeserializeOwned>(tx: &mut UserTx, mutation: &Mutation) -> Result<Option<T>, ApiError> {
    let record = idempotency_record::find(tx, &mutation.client_id, &mutation.id).await?;
    record.map(|record| stored_outcome(&record, mutation)).transpose()
}

/// The records of a client's numbers from the first to the last of `numbers`, for [`stored_outcome`].
///
/// # Errors
/// Those of the database.
pub async fn find_numbers(
    reader: UserReader<'_>,
    client_id: &str,
    numbers: (i64, i64),
) -> Result<HashMap<i64, IdempotencyRecord>, ApiError> {
    let records = idempotency_record::find_numbers(reader, client_id, numbers).await?;
    Ok(records.into_iter().filter_map(|(number, record)| Some((number?, record))).collect())
}

/// The outcome in a record, if the record is of this mutation.
///
/// # Errors
/// `id_conflict` if the record is of another request, `mutation_gap` if its outcome is expired.
pub fn stored_outcome<T: DeserializeOwned>(record: &IdempotencyRecord, mutation: &Mutation) -> Result<T, ApiError> {
    if record.request_hash.is_empty() {
        return Err(expired());
    }
    if record.request_hash != mutation.request_hash {
        let error = FieldError::new("/mutationId", "id_conflict", "it is in use for another request");
        return Err(ApiError::new(
            ErrorCode::IdConflict,
            "Another request was sent with this mutationId. Nothing was changed; use a new one.",
        )
        .with_errors(vec![error]));
    }
    outcome_of(record)
}

/// The outcome in a record, whatever request it is of.
///
/// # Errors
/// `internal` if the record is not an outcome of the type `T`.
pub fn outcome_of<T: DeserializeOwned>(record: &IdempotencyRecord) -> Result<T, ApiError> {
    serde_json::from_str(record.outcome.as_str()).map_err(ApiError::internal)
}

/// The error of a repeat whose outcome retention has removed. The write is not applied again.
pub fn expired() -> ApiError {
    ApiError::new(
        ErrorCode::MutationGap,
        "This mutation was answered so long ago that its outcome is not stored any more. Nothing was changed: pull without a cursor, and send what is \
         still wanted under a new clientId or mutationId.",
    )
}

/// Closes a client name: it takes no more numbers. Closing it again changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn close(tx: &mut UserTx, client_id: &str) -> Result<(), ApiError> {
    if idempotency_record::highest_number(tx.reader(), client_id).await? == CLOSED {
        return Ok(());
    }
    let (client_id, id) = (client_id.to_owned(), "closed".to_owned());
    let closing = Mutation { client_id, id, number: Some(CLOSED), request_hash: Vec::new() };
    record_of(tx, &closing, &Outcome::Unchanged(()))?.insert(tx).await?;
    Ok(())
}

/// Stores the outcome of a write in the transaction of its effect. `outcome` says whether the version will be raised.
///
/// # Errors
/// Those of the database.
pub async fn store(tx: &mut UserTx, mutation: &Mutation, outcome: &Outcome<StoredOutcome>) -> Result<(), ApiError> {
    store_as(tx, mutation, outcome).await
}

/// A refusal as an outcome, so that it can be stored. Any other error ends the transaction.
///
/// # Errors
/// An error that is no outcome.
pub fn with_refusals<T>(result: Result<Outcome<T>, ApiError>) -> Result<Outcome<Result<T, ApiError>>, ApiError> {
    match result {
        Ok(outcome) => Ok(outcome.map(Ok)),
        Err(error) if Rejection::of(&error).is_some() => Ok(Outcome::Unchanged(Err(error))),
        Err(error) => Err(error),
    }
}

/// [`store`] for the result of a write. `of` makes what is stored of it, or nothing.
///
/// # Errors
/// As [`store`].
pub async fn store_result<T>(
    tx: &mut UserTx,
    mutation: &Mutation,
    outcome: &Outcome<T>,
    of: impl FnOnce(&T) -> Option<StoredOutcome>,
) -> Result<(), ApiError> {
    let stored = match outcome {
        Outcome::Changed(result) => of(result).map(Outcome::Changed),
        Outcome::Unchanged(result) => of(result).map(Outcome::Unchanged),
    };
    match stored {
        Some(stored) => store(tx, mutation, &stored).await,
        None => Ok(()),
    }
}

/// [`store`] for an outcome of the type `T`.
///
/// # Errors
/// As [`store`].
pub async fn store_as<T: Serialize>(
    tx: &mut UserTx,
    mutation: &Mutation,
    outcome: &Outcome<T>,
) -> Result<(), ApiError> {
    #[cfg(feature = "faults")]
    if crate::faults::is(crate::faults::Bug::NoIdempotencyRecords) {
        return Ok(());
    }
    record_of(tx, mutation, outcome)?.insert(tx).await?;
    Ok(())
}

/// [`store`] for several writes, in one statement.
///
/// # Errors
/// As [`store`].
pub async fn store_all(tx: &mut UserTx, all: &[(Mutation, Outcome<StoredOutcome>)]) -> Result<(), ApiError> {
    #[cfg(feature = "faults")]
    if crate::faults::is(crate::faults::Bug::NoIdempotencyRecords) {
        return Ok(());
    }
    if all.is_empty() {
        return Ok(());
    }
    let new = all.iter().map(|(mutation, outcome)| record_of(tx, mutation, outcome)).collect::<Result<_, _>>()?;
    idempotency_record::insert_all(tx, new).await?;
    Ok(())
}

fn record_of<'a, T: Serialize>(
    tx: &UserTx,
    mutation: &'a Mutation,
    outcome: &Outcome<T>,
) -> Result<NewIdempotencyRecord<'a>, ApiError> {
    let (value, version) = match outcome {
        Outcome::Changed(value) => (value, tx.next_version()),
        Outcome::Unchanged(value) => (value, tx.next_version() - 1),
    };
    let text = serde_json::to_string(value).map_err(ApiError::internal)?;
    Ok(NewIdempotencyRecord {
        client_id: &mutation.client_id,
        mutation_id: &mutation.id,
        number: mutation.number,
        request_hash: &mutation.request_hash,
        outcome: FreeJson::from_database(text).map_err(ApiError::internal)?,
        version,
    })
}
