//! Push: a device's mutations are applied in its order, each exactly once. They share a transaction and a version. A refused mutation does
//! not stop the others. Outcomes are stored with their effects, so that a repeated request is answered from them.

mod conflicts;

use super::idempotency::{self, Mutation as NamedMutation, Rejection, StoredOutcome};
use super::kind::{Change, Mutation, MutationOutcome, SyncedRow};
use super::registry::{Kind, Registry};
use super::user_tx::Outcome;
use crate::db::UserTx;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::RowSpace;
use crate::models::idempotency_record::CLOSED;
use crate::models::page_budget::ByteBudget;
use crate::models::{idempotency_record, user_version};

/// The most bytes of the errors of one push as JSON. When they are used up, each further rejected mutation has one error.
const MAX_ERRORS_BYTES: usize = 1024 * 1024;

/// A numbered mutation of a device.
pub struct Pushed {
    /// 1 for a device's first mutation, then one more each.
    pub number: i64,
    /// `None`: the collection is unknown.
    pub kind: Option<Kind>,
    pub key: String,
    /// SHA-256 of the mutation as JSON.
    pub request_hash: Vec<u8>,
    /// The size of the value as it was sent.
    pub bytes: usize,
    /// The decoded change, or why it is refused. A refusal is an outcome too: its number is used up.
    pub change: Result<Change, ApiError>,
}

/// The mutations of one request.
pub struct PushRequest {
    /// The `clientId` of the device.
    pub client_id: String,
    pub mutations: Vec<Pushed>,
}

/// The result of one mutation.
#[derive(Debug)]
pub struct PushResult {
    pub number: i64,
    /// The name of the kind. `None`: the collection is unknown.
    pub collection: Option<&'static str>,
    /// The row's key now: a message's key changes when it is stored.
    pub key: String,
    pub status: PushStatus,
}

/// What became of a mutation.
#[derive(Debug)]
pub enum PushStatus {
    Applied {
        revision: i64,
    },
    /// Applied by an earlier request.
    Duplicate {
        revision: i64,
    },
    /// Another revision is stored.
    Conflict(ConflictRow),
    Rejected(ApiError),
}

/// The stored row of a conflict.
#[derive(Debug)]
pub enum ConflictRow {
    /// The kind's name and the row.
    Stored(&'static str, SyncedRow),
    /// There is no row.
    Missing,
    /// There is a row, and it does not fit into the answer. The client reads it.
    Omitted,
}

/// Applies the new mutations. One result for each mutation, in order. The rows in the results have at most `bytes` together; a first row that is larger
/// fits.
///
/// # Errors
/// `mutation_gap` if a mutation of the client is missing before these, `id_conflict` if a number was used for another mutation. Nothing was
/// changed then.
pub async fn push(
    tx: &mut UserTx,
    kinds: &Registry,
    request: PushRequest,
    bytes: i64,
) -> Result<Outcome<Vec<PushResult>>, ApiError> {
    let PushRequest { client_id, mutations } = request;
    let budget = ByteBudget::new(bytes);
    let push = Push {
        tx,
        kinds,
        client_id,
        results: Vec::new(),
        stored: Vec::new(),
        conflicts: Vec::new(),
        budget,
        errors_bytes_left: MAX_ERRORS_BYTES,
    };
    push.run(mutations).await
}

/// The push of one request, under the user's lock.
struct Push<'t> {
    tx: &'t mut UserTx,
    kinds: &'t Registry,
    client_id: String,
    results: Vec<PushResult>,
    stored: Vec<(NamedMutation, Outcome<StoredOutcome>)>,
    errors_bytes_left: usize,
    /// The results without their row so far: the index of the result, and the kind and the key of the row.
    conflicts: Vec<(usize, Kind, String)>,
    /// For the rows in the results.
    budget: ByteBudget,
}

/// A mutation without its change.
struct Name {
    number: i64,
    kind: Option<Kind>,
    key: String,
    request_hash: Vec<u8>,
}

impl Push<'_> {
    async fn run(mut self, mutations: Vec<Pushed>) -> Result<Outcome<Vec<PushResult>>, ApiError> {
        let answered = idempotency_record::highest_number(self.tx.reader(), &self.client_id).await?;
        if answered == CLOSED {
            let detail = "This clientId is closed. Nothing was changed; ask for the outcomes of its mutations, and send the rest under a new clientId.";
            return Err(ApiError::new(ErrorCode::MutationGap, detail));
        }
        require_no_gap(&mutations, answered)?;
        let (repeats, new): (Vec<Pushed>, Vec<Pushed>) =
            mutations.into_iter().partition(|pushed| pushed.number <= answered);
        self.repeat(repeats).await?;
        let near_quota = self.may_exceed_quota(&new);
        let mut run = Run::default();
        for pushed in new {
            let Pushed { number, kind, key, request_hash, change, .. } = pushed;
            let name = Name { number, kind, key, request_hash };
            match change {
                Ok(change) => {
                    if near_quota || !run.accepts(&name) {
                        self.apply(std::mem::take(&mut run), near_quota).await?;
                    }
                    run.mutations.push(Mutation { key: name.key.clone(), change });
                    run.names.push(name);
                }
                Err(error) => {
                    self.apply(std::mem::take(&mut run), near_quota).await?;
                    let refused = MutationOutcome::refused(error)?;
                    self.record(name, refused)?;
                }
            }
        }
        self.apply(run, near_quota).await?;
        self.fill_conflicts().await?;
        idempotency::store_all(self.tx, &self.stored).await?;
        let changed = self.stored.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Changed(_))).count();
        self.tx.count_writes(changed as i64);
        Ok(if changed > 0 { Outcome::Changed(self.results) } else { Outcome::Unchanged(self.results) })
    }

    /// False if the user's quota has room for these mutations, however their values are written. A value takes up at most 64 times its text.
    fn may_exceed_quota(&self, mutations: &[Pushed]) -> bool {
        let left = self.tx.used().left_of(self.tx.row_quota());
        let bytes = mutations.iter().map(|pushed| pushed.bytes as i64 * 64 + 1_000).sum::<i64>();
        bytes > left.bytes || mutations.len() as i64 > left.rows
    }

    async fn apply(&mut self, run: Run, near_quota: bool) -> Result<(), ApiError> {
        let Some(kind) = run.names.first().and_then(|name| name.kind.clone()) else { return Ok(()) };
        let outcomes = match near_quota {
            true => self.apply_within_quota(&kind, &run.mutations).await?,
            false => kind.apply(self.tx, self.kinds, &run.mutations).await?,
        };
        if outcomes.len() != run.names.len() {
            return Err(ApiError::internal("a kind returned another number of outcomes than mutations"));
        }
        for (name, outcome) in run.names.into_iter().zip(outcomes) {
            self.record(name, outcome)?;
        }
        Ok(())
    }

    /// Applies a run, or refuses all of it if the user's rows would exceed their quota. Near the quota a run is one mutation.
    async fn apply_within_quota(&mut self, kind: &Kind, run: &[Mutation]) -> Result<Vec<MutationOutcome>, ApiError> {
        let before = self.used().await?;
        let savepoint = self.tx.open_savepoint().await?;
        let applied = match kind.apply(self.tx, self.kinds, run).await {
            Ok(outcomes) => self.used().await.map(|after| (outcomes, after)),
            Err(error) => Err(error),
        };
        let allowed = self.tx.row_quota();
        match applied {
            Ok((outcomes, after)) if !after.exceeds(allowed, before) => {
                self.tx.release(savepoint).await?;
                Ok(outcomes)
            }
            refused => {
                self.tx.roll_back_to(savepoint).await;
                refused?;
                let refusal = || MutationOutcome::refused(ApiError::row_quota_exceeded(before, allowed));
                run.iter().map(|_| refusal()).collect()
            }
        }
    }

    async fn used(&self) -> Result<RowSpace, ApiError> {
        let state = user_version::state(self.tx.reader()).await?.ok_or_else(ApiError::unauthenticated)?;
        Ok(state.used())
    }

    /// Adds an outcome to the results and to the records.
    fn record(&mut self, name: Name, outcome: MutationOutcome) -> Result<(), ApiError> {
        let (stored, key, status) = match outcome {
            MutationOutcome::Applied(applied) => {
                let row = applied.value();
                let (key, status) = (row.key.clone(), PushStatus::Applied { revision: row.revision });
                (applied.map(StoredOutcome::from), key, status)
            }
            MutationOutcome::Conflict => {
                let key = name.key.clone();
                let status = self.conflict(name.kind.as_ref(), &key);
                (Outcome::Unchanged(StoredOutcome::Conflict { key: key.clone() }), key, status)
            }
            MutationOutcome::Refused(error) => {
                let mut error = error.within(self.errors_bytes_left);
                self.errors_bytes_left = self.errors_bytes_left.saturating_sub(error.errors_bytes());
                let rejection = Rejection::of(&error).ok_or_else(|| error.clone())?;
                if error.server.as_ref().is_some_and(|row| !self.budget.take(row.bytes())) {
                    error.server = None;
                }
                let stored = StoredOutcome::Rejected(rejection);
                (Outcome::Unchanged(stored), name.key.clone(), PushStatus::Rejected(error))
            }
        };
        let collection = name.kind.as_ref().map(|kind| kind.name());
        self.results.push(PushResult { number: name.number, collection, key, status });
        self.stored.push((self.named(name.number, name.request_hash), stored));
        Ok(())
    }

    fn named(&self, number: i64, request_hash: Vec<u8>) -> NamedMutation {
        NamedMutation { client_id: self.client_id.clone(), id: number.to_string(), number: Some(number), request_hash }
    }

    /// Answers repeats from their records. The row of a conflict is the stored row of now.
    async fn repeat(&mut self, repeats: Vec<Pushed>) -> Result<(), ApiError> {
        let (Some(first), Some(last)) = (repeats.first(), repeats.last()) else { return Ok(()) };
        let known = idempotency::find_numbers(self.tx.reader(), &self.client_id, (first.number, last.number)).await?;
        for Pushed { number, kind, key, request_hash, .. } in repeats {
            let record = known.get(&number).ok_or_else(idempotency::expired)?;
            let (key, status) = match idempotency::stored_outcome(record, &self.named(number, request_hash))? {
                StoredOutcome::Applied { key, revision, .. } => (key, PushStatus::Duplicate { revision }),
                StoredOutcome::Conflict { key } => {
                    let status = self.conflict(kind.as_ref(), &key);
                    (key, status)
                }
                StoredOutcome::Rejected(rejection) => (key, PushStatus::Rejected(rejection.into_error())),
            };
            let collection = kind.as_ref().map(|kind| kind.name());
            self.results.push(PushResult { number, collection, key, status });
        }
        Ok(())
    }
}

/// Consecutive mutations of one kind.
#[derive(Default)]
struct Run {
    names: Vec<Name>,
    mutations: Vec<Mutation>,
}

impl Run {
    fn accepts(&self, name: &Name) -> bool {
        let kind = |name: &Name| name.kind.as_ref().map(|kind| kind.name());
        self.names.first().is_none_or(|first| kind(first) == kind(name))
    }
}

/// Numbers are consecutive, and the first is at most one more than the highest answered number. A lost mutation thus stops its successors.
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
