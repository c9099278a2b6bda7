//! Push: a device's mutations, in its order, each exactly once. They share a transaction and a version; one that is refused holds no other
//! back. Outcomes are kept with their effects, so that a request that is sent again is answered from them.

mod apply;

use futures_util::FutureExt as _;
use uuid::Uuid;

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
    spaces.write(owner, move |tx| Session { tx, owner: owner_id, registry, client_id }.run(mutations).boxed()).await
}

/// One request of one device, under the user's lock.
struct Session<'t> {
    tx: &'t mut SpaceTransaction,
    owner: OwnerId,
    registry: Registry,
    client_id: String,
}

impl Session<'_> {
    async fn run(mut self, mutations: Vec<Pushed>) -> Result<Outcome<Vec<PushResult>>, ApiError> {
        let answered = receipt::highest_number(self.tx.conn(), &self.owner, &self.client_id).await?;
        require_no_gap(&mutations, answered)?;
        let mut results = Vec::with_capacity(mutations.len());
        let mut changed = false;
        let mut messages = 0;
        for pushed in mutations {
            let name = Mutation {
                client_id: self.client_id.clone(),
                id: pushed.number.to_string(),
                number: Some(pushed.number),
                request_hash: pushed.request_hash.clone(),
            };
            if pushed.number <= answered {
                results.push(self.repeat(pushed, &name).await?);
                continue;
            }
            let (outcome, status) = self.apply(&pushed, &mut messages).await?;
            changed |= matches!(outcome, Outcome::Changed(_));
            receipts::keep(self.tx, &self.owner, &name, &outcome).await?;
            let (Outcome::Changed(settled) | Outcome::Unchanged(settled)) = outcome;
            results.push(PushResult { number: pushed.number, key: key_of(settled, pushed.key), status });
        }
        Ok(if changed { Outcome::Changed(results) } else { Outcome::Unchanged(results) })
    }

    /// The answer of the first time; a row that it shows is shown as it stands now.
    async fn repeat(&mut self, pushed: Pushed, name: &Mutation) -> Result<PushResult, ApiError> {
        let settled = receipts::recall(self.tx, &self.owner, name).await?.ok_or_else(receipts::forgotten)?;
        let status = match &settled {
            Settled::Applied { revision, .. } => PushStatus::Duplicate { revision: *revision },
            Settled::Conflict { key } => PushStatus::Conflict(self.stored(pushed.source, key).await?),
            Settled::Rejected(rejection) => PushStatus::Rejected(rejection.clone().into_error()),
        };
        Ok(PushResult { number: pushed.number, key: key_of(settled, pushed.key), status })
    }

    async fn stored(&mut self, source: Source, key: &str) -> Result<Option<ChangedRow>, ApiError> {
        let rows = load_rows(self.tx.conn(), &self.owner, source.table, vec![key.to_owned()]).await?;
        Ok(rows.into_iter().next())
    }
}

fn key_of(settled: Settled, asked: String) -> String {
    match settled {
        Settled::Applied { key, .. } | Settled::Conflict { key } => key,
        Settled::Rejected(_) => asked,
    }
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
