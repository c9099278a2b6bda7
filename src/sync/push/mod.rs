//! Push: a device's mutations, in its order, each exactly once. They share a transaction and a version; one that is refused holds no other
//! back. Outcomes are kept with their effects, so that a request that is sent again is answered from them.

mod apply;

use std::collections::HashSet;

use futures_util::FutureExt as _;
use uuid::Uuid;

use super::assets::LabelChanges;
use super::collections::{Change, Registry};
use super::projects::ProjectChange;
use super::pull::{ChangedRow, Source, load_rows};
use super::receipts::{self, Mutation, Rejection, Settled};
use super::space::{Outcome, SpaceTransaction, Spaces};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::chat_message::MessageColumns;
use crate::models::chat_session::ChatSessionContent;
use crate::models::{OwnerId, receipt};

/// What a mutation does.
#[derive(Debug)]
pub enum Effect {
    Project(ProjectChange),
    Record(Change),
    PutSession(Uuid, ChatSessionContent),
    DeleteSession(Uuid),
    /// Of a file that is there; new ones come by their own routes.
    LabelAsset(Uuid, LabelChanges),
    DeleteAsset(Uuid),
    /// One message.
    PutMessage(MessageColumns),
    /// Found wrong without the database. It is an outcome like any other: the number is used up.
    Refused(ApiError),
}

/// A mutation as a device counts them.
#[derive(Debug)]
pub struct Pushed {
    /// 1 for a device's first, then one more each.
    pub number: i64,
    pub source: Source,
    pub key: String,
    /// SHA-256 of everything that makes the mutation what it is.
    pub request_hash: Vec<u8>,
    pub effect: Effect,
}

#[derive(Debug)]
pub struct PushResult {
    pub number: i64,
    /// Where the row is now: a message's key changes when it is stored.
    pub key: String,
    pub status: PushStatus,
}

#[derive(Debug)]
pub enum PushStatus {
    Applied {
        revision: i64,
    },
    /// Applied by an earlier request.
    Duplicate {
        revision: i64,
    },
    /// Another revision is stored: this one, or none.
    Conflict(Option<ChangedRow>),
    Rejected(ApiError),
}

/// Applies what is new and answers for everything.
pub async fn push(
    spaces: &Spaces,
    owner: &OwnerId,
    registry: Registry,
    client_id: String,
    mutations: Vec<Pushed>,
) -> Result<Vec<PushResult>, ApiError> {
    if mutations.is_empty() {
        return Ok(Vec::new());
    }
    let owner_id = owner.clone();
    spaces
        .write(owner, move |tx| {
            Session { tx, owner: owner_id, registry, client_id, messages: 0 }.run(mutations).boxed()
        })
        .await
}

/// One request of one device, under the user's lock.
struct Session<'t> {
    tx: &'t mut SpaceTransaction,
    owner: OwnerId,
    registry: Registry,
    client_id: String,
    /// How many messages were stored: their places follow each other.
    messages: i32,
}

impl Session<'_> {
    async fn run(mut self, mutations: Vec<Pushed>) -> Result<Outcome<Vec<PushResult>>, ApiError> {
        let answered = receipt::highest_number(self.tx.conn(), &self.owner, &self.client_id).await?;
        require_no_gap(&mutations, answered)?;
        let repeats = mutations.iter().take_while(|pushed| pushed.number <= answered).count();
        let (repeats, mut open) = mutations.split_at(repeats);
        let mut results = self.repeat(repeats).await?;
        let mut kept = Vec::with_capacity(open.len());
        let mut changed = false;
        while !open.is_empty() {
            let (next, rest) = open.split_at(leading_messages(open).max(1));
            open = rest;
            for (pushed, (outcome, status)) in next.iter().zip(self.apply(next).await?) {
                changed |= matches!(outcome, Outcome::Changed(_));
                let (Outcome::Changed(settled) | Outcome::Unchanged(settled)) = &outcome;
                results.push(PushResult { number: pushed.number, key: key_of(settled, pushed), status });
                kept.push((self.name_of(pushed), outcome));
            }
        }
        receipts::keep_all(self.tx, &self.owner, &kept).await?;
        Ok(if changed { Outcome::Changed(results) } else { Outcome::Unchanged(results) })
    }

    fn name_of(&self, pushed: &Pushed) -> Mutation {
        Mutation {
            client_id: self.client_id.clone(),
            id: pushed.number.to_string(),
            number: Some(pushed.number),
            request_hash: pushed.request_hash.clone(),
        }
    }

    /// The answers of the first time.
    async fn repeat(&mut self, repeats: &[Pushed]) -> Result<Vec<PushResult>, ApiError> {
        let (Some(first), Some(last)) = (repeats.first(), repeats.last()) else { return Ok(Vec::new()) };
        let kept = receipts::recall_numbers(self.tx, &self.owner, &self.client_id, first.number, last.number).await?;
        let mut results = Vec::with_capacity(repeats.len());
        for pushed in repeats {
            let receipt = kept.get(&pushed.number).ok_or_else(receipts::forgotten)?;
            let settled = receipts::settled(receipt, &self.name_of(pushed))?;
            results.push(self.answer_again(pushed, settled).await?);
        }
        Ok(results)
    }

    /// A row that the answer shows is shown as it stands now.
    async fn answer_again(&mut self, pushed: &Pushed, settled: Settled) -> Result<PushResult, ApiError> {
        let status = match &settled {
            Settled::Applied { revision, .. } => PushStatus::Duplicate { revision: *revision },
            Settled::Conflict { key } => PushStatus::Conflict(self.stored(pushed.source, key).await?),
            Settled::Rejected(rejection) => PushStatus::Rejected(rejection.clone().into_error()),
        };
        Ok(PushResult { number: pushed.number, key: key_of(&settled, pushed), status })
    }

    async fn stored(&mut self, source: Source, key: &str) -> Result<Option<ChangedRow>, ApiError> {
        let rows = load_rows(self.tx.conn(), &self.owner, source.table, vec![key.to_owned()]).await?;
        Ok(rows.into_iter().next())
    }
}

fn key_of(settled: &Settled, asked: &Pushed) -> String {
    match settled {
        Settled::Applied { key, .. } | Settled::Conflict { key } => key.clone(),
        Settled::Rejected(_) => asked.key.clone(),
    }
}

/// How many messages stand in front, to be stored together. One with the name of another among them is stored after it: it is a repeat, or
/// in conflict.
fn leading_messages(open: &[Pushed]) -> usize {
    let (mut ids, mut temp_ids) = (HashSet::new(), HashSet::new());
    open.iter()
        .map_while(|pushed| match &pushed.effect {
            Effect::PutMessage(columns) => Some(columns),
            _ => None,
        })
        .take_while(|columns| {
            columns.ids.iter().all(|id| ids.insert(id))
                && columns.temp_ids.iter().flatten().all(|id| temp_ids.insert(id))
        })
        .count()
}

/// Numbers follow each other, and the first follows what is answered already: a mutation that got lost must not be passed by its successors.
fn require_no_gap(mutations: &[Pushed], answered: i64) -> Result<(), ApiError> {
    let first = mutations.first().map_or(0, |first| first.number.min(answered + 1));
    for (expected, (index, pushed)) in (first..).zip(mutations.iter().enumerate()) {
        if pushed.number != expected {
            let detail = format!("expected mutation {expected}");
            return Err(ApiError::new(
                ErrorCode::MutationGap,
                format!("Mutation {expected} of this client comes next. Nothing was changed."),
            )
            .with_errors(vec![FieldError::new(format!("/mutations/{index}/id"), "mutation_gap", detail)]));
        }
    }
    Ok(())
}

/// What is the client's fault is an outcome; any other error ends the transaction.
fn settle_refusal(error: ApiError) -> Result<(Outcome<Settled>, PushStatus), ApiError> {
    match Rejection::of(&error) {
        Some(rejection) => Ok((Outcome::Unchanged(Settled::Rejected(rejection)), PushStatus::Rejected(error))),
        None => Err(error),
    }
}
