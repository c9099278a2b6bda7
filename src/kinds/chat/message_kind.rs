//! Chat messages as a synced kind. A run of messages is stored in one round trip.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::json;
use serde_json::value::RawValue;

use super::batch::{NewMessage, columns_of};
use super::wire::ChatMessage;
use super::{MESSAGES, SESSIONS, import, refused_message, resolve_expired_session, stored_messages};
use crate::db::{UserReader, UserTx};
use crate::error::ApiError;
use crate::json::{DataLimits, Timestamp};
use crate::models::chat_message::{
    self, BatchWrite, KnownMessage, MessageColumns, MessageRefusal, POSITION_SHIFT, Stamp, WrittenBatch, write_batch,
};
use crate::models::chat_session;
use crate::models::import::{ImportTable, Staged, StagedRow};
use crate::sync::Outcome;
use crate::sync::kind::{
    Answer, AppliedRow, Change, Description, ExportRows, ImportedKind, Mutation, MutationOutcome, OtherKinds,
    RawMutation, Reference, SyncOp, SyncedKind, SyncedRow, SyncedTable, in_order, uuids,
};

/// The kind of chat messages. A message never changes and is deleted with its session only.
pub struct ChatMessages;

impl SyncedKind for ChatMessages {
    fn name(&self) -> &'static str {
        MESSAGES
    }

    fn table(&self) -> SyncedTable {
        chat_message::SYNCED
    }

    fn references(&self) -> &'static [Reference] {
        const SESSION: Reference = Reference::part_of("sessionId", SESSIONS).or("unknown_session");
        &[SESSION]
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        match mutation.op {
            SyncOp::Put => {
                let message: NewMessage = mutation.read()?;
                Ok(Change::new(columns_of(message.under_key(mutation.key))))
            }
            SyncOp::Delete => Err(mutation.invalid("/op", "messages are deleted with their session only")),
        }
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut UserTx,
        _kinds: &'a dyn OtherKinds,
        run: &'a [Mutation],
    ) -> Answer<'a, Vec<MutationOutcome>> {
        async move {
            let messages = run.iter().map(|mutation| mutation.change.of()).collect::<Result<Vec<_>, _>>()?;
            let mut open = messages.as_slice();
            let mut outcomes = Vec::with_capacity(run.len());
            while !open.is_empty() {
                let (next, rest) = open.split_at(distinct(open).max(1));
                put(tx, next, &mut outcomes).await?;
                open = rest;
            }
            Ok(outcomes)
        }
        .boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let ids = uuids(keys);
            let rows = in_order(&ids, chat_message::load(reader, &ids).await?, |row| row.id);
            rows.map(|row| SyncedRow::new(row.id, row.revision(), row.deleted_at, &ChatMessage::from(&row))).collect()
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(chat_message::export())
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        Some(self)
    }

    fn description(&self) -> Option<Description> {
        Some(Description::of::<ChatMessage>(json!({
            "table": MESSAGES, "primaryKey": "id",
            "indexes": ["sessionId", "[sessionId+createdAt]", "[sessionId+position]"],
        })))
    }
}

impl ImportedKind for ChatMessages {
    fn import_table(&self) -> ImportTable {
        chat_message::import_table(MESSAGES)
    }

    fn name_member(&self) -> Option<&'static str> {
        Some("tempId")
    }

    fn read_row(&self, _key: Option<String>, row: Box<RawValue>, _limits: DataLimits) -> Result<StagedRow, ApiError> {
        import::read_message(row)
    }

    fn mark_conflicts<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        async move { Ok(chat_message::mark_known_messages(tx, staged).await.map(|_marked| ())?) }.boxed()
    }

    /// A version holds 2^20 positions.
    fn further_versions(&self, rows: u64) -> i64 {
        rows as i64 >> POSITION_SHIFT
    }

    fn first_position(&self, version: i64) -> i64 {
        version << POSITION_SHIFT
    }

    fn after_write<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        async move { Ok(chat_session::touch_after_import(tx, staged).await.map(|_touched| ())?) }.boxed()
    }
}

/// How many messages from the first on have different ids and temporary ids. A message with the id of an earlier one is stored after it,
/// because it is a repeat or a conflict.
fn distinct(messages: &[&MessageColumns]) -> usize {
    let (mut ids, mut temp_ids) = (HashSet::new(), HashSet::new());
    messages
        .iter()
        .copied()
        .take_while(|columns| {
            columns.ids.iter().all(|id| ids.insert(*id))
                && columns.temp_ids.iter().flatten().all(|id| temp_ids.insert(id.as_str()))
        })
        .count()
}

/// Stores messages with different ids in one statement. If one is refused, each half is stored separately, so that only that one is refused.
async fn put(
    tx: &mut UserTx,
    messages: &[&MessageColumns],
    outcomes: &mut Vec<MutationOutcome>,
) -> Result<(), ApiError> {
    let mut open = vec![messages];
    while let Some(part) = open.pop() {
        let mut columns = MessageColumns::default();
        part.iter().for_each(|message| columns.extend_from(message));
        let stamp = Stamp { version: tx.next_version(), first_index: tx.free_position() };
        match write_batch(tx.as_conn(), &columns, Some(stamp)).await? {
            BatchWrite::Written(written) => {
                tx.take_positions(part.len() as i32);
                outcomes.extend(outcomes_of(&columns, &written));
            }
            BatchWrite::Refused(..) if part.len() > 1 => {
                let (first, second) = part.split_at(part.len() / 2);
                open.extend([second, first]);
            }
            BatchWrite::Refused(refusal, index) => {
                let session_id = columns.session_ids[index];
                let refusal = resolve_expired_session(tx.reader(), refusal, session_id).await?;
                let pointer = if matches!(refusal, MessageRefusal::IdConflict) { "/key" } else { "/value" };
                outcomes.push(MutationOutcome::refused(refused_message(refusal, pointer))?);
            }
        }
    }
    Ok(())
}

fn outcomes_of(columns: &MessageColumns, written: &WrittenBatch) -> Vec<MutationOutcome> {
    let known: HashSet<usize> = written.known.iter().map(|message| message.index).collect();
    let outcome = |message: KnownMessage| {
        let (key, created) = (message.id.to_string(), !known.contains(&message.index));
        let row = AppliedRow { key, revision: message.revision, updated_at: Timestamp::now(), created };
        MutationOutcome::Applied(if created { Outcome::Changed(row) } else { Outcome::Unchanged(row) })
    };
    stored_messages(columns, written).into_iter().map(outcome).collect()
}
