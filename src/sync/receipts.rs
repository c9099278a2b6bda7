//! Exactly once (rule 3): what a named write came to is stored in the transaction of its effect, and a repeat is answered from there before
//! anything else is looked at. Knows no collection.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::space::{Outcome, SpaceTransaction};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::OwnerId;
use crate::models::receipt::{self, NewReceipt, ReceiptRecord};
use crate::wire::{FreeJson, Timestamp};

/// The name that a client gave a write, and what the write was.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// Empty for single writes.
    pub client_id: String,
    pub id: String,
    /// For clients whose mutations count up: the id as a number.
    pub number: Option<i64>,
    pub request_hash: Vec<u8>,
}

impl Mutation {
    /// A single write. `request` is everything that makes it what it is: the operation, the address, the body.
    pub fn single(id: String, request: &impl Serialize) -> Result<Self, ApiError> {
        let request = serde_json::to_vec(request).map_err(ApiError::internal)?;
        Ok(Self { client_id: String::new(), id, number: None, request_hash: Sha256::digest(request).to_vec() })
    }
}

/// What a named write came to, without the rows: a repeat shows those as they stand by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Settled {
    Applied { key: String, revision: i64, updated_at: Timestamp, created: bool },
    Conflict { key: String },
    Rejected(Rejection),
}

/// A refusal that is the client's: it will not pass by sending the same again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    code: String,
    detail: String,
    errors: Vec<FieldError>,
}

impl Rejection {
    /// `None` for errors that are no outcome: who is calling, and what is ours.
    pub fn of(error: &ApiError) -> Option<Self> {
        matches!(error.code.status(), 402..500).then(|| Self {
            code: error.code.as_str().to_owned(),
            detail: error.detail.clone(),
            errors: error.errors.clone(),
        })
    }

    /// As it was answered.
    pub fn into_error(self) -> ApiError {
        let code = ErrorCode::from_word(&self.code).unwrap_or(ErrorCode::ValidationFailed);
        ApiError::new(code, self.detail).with_errors(self.errors)
    }
}

/// What this write came to when it was first sent. The same id for another request is refused.
pub async fn recall(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    mutation: &Mutation,
) -> Result<Option<Settled>, ApiError> {
    recall_as(tx, owner, mutation).await
}

/// The same for a write whose outcome is of another kind.
pub async fn recall_as<T: DeserializeOwned>(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    mutation: &Mutation,
) -> Result<Option<T>, ApiError> {
    let kept = receipt::find(tx.conn(), owner, &mutation.client_id, &mutation.id).await?;
    kept.map(|kept| settled(&kept, mutation)).transpose()
}

/// The receipts of a client's numbers from `first` to `last`, to be read by [`settled`].
pub async fn recall_numbers(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    client_id: &str,
    first: i64,
    last: i64,
) -> Result<HashMap<i64, ReceiptRecord>, ApiError> {
    let kept = receipt::find_numbers(tx.conn(), owner, client_id, (first, last)).await?;
    Ok(kept.into_iter().filter_map(|(number, kept)| Some((number?, kept))).collect())
}

/// What a receipt says, if it is this mutation's.
pub fn settled<T: DeserializeOwned>(kept: &ReceiptRecord, mutation: &Mutation) -> Result<T, ApiError> {
    if kept.request_hash.is_empty() {
        return Err(forgotten());
    }
    if kept.request_hash != mutation.request_hash {
        let error = FieldError::new("/mutationId", "id_conflict", "it is in use for another request");
        return Err(ApiError::new(
            ErrorCode::IdConflict,
            "Another request was sent with this mutationId. Nothing was changed; use a new one.",
        )
        .with_errors(vec![error]));
    }
    serde_json::from_str(kept.outcome.as_str()).map_err(ApiError::internal)
}

/// Outcomes are kept for as long as a device may be away; this one was away longer. Its writes are not done twice.
pub fn forgotten() -> ApiError {
    ApiError::new(
        ErrorCode::MutationGap,
        "This mutation was settled so long ago that its outcome is not kept any more. Nothing was changed: pull without a cursor, and send what is \
         still wanted under a new clientId or mutationId.",
    )
}

/// Stores what a write came to, with its effect. `outcome` tells whether the version will be raised.
pub async fn keep(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    mutation: &Mutation,
    outcome: &Outcome<Settled>,
) -> Result<(), ApiError> {
    keep_as(tx, owner, mutation, outcome).await
}

/// The same for an outcome of another kind.
pub async fn keep_as<T: Serialize>(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    mutation: &Mutation,
    outcome: &Outcome<T>,
) -> Result<(), ApiError> {
    #[cfg(feature = "planted")]
    if crate::planted::is(crate::planted::Bug::NoReceipts) {
        return Ok(());
    }
    let receipt = receipt_of(tx, mutation, outcome)?;
    receipt.insert(tx.conn(), owner).await?;
    Ok(())
}

/// The same for several, in one statement.
pub async fn keep_all(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    all: &[(Mutation, Outcome<Settled>)],
) -> Result<(), ApiError> {
    #[cfg(feature = "planted")]
    if crate::planted::is(crate::planted::Bug::NoReceipts) {
        return Ok(());
    }
    if all.is_empty() {
        return Ok(());
    }
    let new = all.iter().map(|(mutation, outcome)| receipt_of(tx, mutation, outcome)).collect::<Result<_, _>>()?;
    receipt::insert_all(tx.conn(), owner, new).await?;
    Ok(())
}

fn receipt_of<'a, T: Serialize>(
    tx: &SpaceTransaction,
    mutation: &'a Mutation,
    outcome: &Outcome<T>,
) -> Result<NewReceipt<'a>, ApiError> {
    let (settled, version) = match outcome {
        Outcome::Changed(settled) => (settled, tx.next_version()),
        Outcome::Unchanged(settled) => (settled, tx.next_version() - 1),
    };
    let text = serde_json::to_string(settled).map_err(ApiError::internal)?;
    Ok(NewReceipt {
        client_id: &mutation.client_id,
        mutation_id: &mutation.id,
        number: mutation.number,
        request_hash: &mutation.request_hash,
        outcome: FreeJson::from_database(text).map_err(ApiError::internal)?,
        version,
    })
}
