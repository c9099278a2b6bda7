//! One mutation, applied: the same functions that the REST routes use, inside the transaction of the push.

use std::collections::HashSet;

use super::{Effect, PushStatus, Pushed, Session, settle_refusal};
use crate::error::{ApiError, ErrorCode};
use crate::models::asset::AssetRecord;
use crate::models::chat_message::{BatchWrite, KnownMessage, MessageColumns, Stamp, WrittenBatch, write_batch};
use crate::models::chat_session::ChatSessionRecord;
use crate::sync::collections::{self, WrittenRow};
use crate::sync::projects::{self, ProjectOutcome};
use crate::sync::receipts::Settled;
use crate::sync::{Outcome, assets, chat};
use crate::wire::Timestamp;

/// What became of it, to keep and to answer.
type Applied = (Outcome<Settled>, PushStatus);

impl Session<'_> {
    /// One mutation, or several messages that have different names.
    pub(super) async fn apply(&mut self, next: &[Pushed]) -> Result<Vec<Applied>, ApiError> {
        match next {
            [pushed] if !matches!(pushed.effect, Effect::PutMessage(_)) => Ok(vec![self.apply_one(pushed).await?]),
            messages => self.put_messages(messages).await,
        }
    }

    async fn apply_one(&mut self, pushed: &Pushed) -> Result<Applied, ApiError> {
        let result = match &pushed.effect {
            Effect::Project(change) => projects::apply(self.tx, &self.owner, &pushed.key, change).await.map(project),
            Effect::Record(change) => {
                let outcome = collections::apply(self.tx, &self.owner, self.registry, change).await;
                outcome.map(|outcome| Some(outcome.map(|row| record(&pushed.key, row))))
            }
            Effect::PutSession(id, content) => {
                let outcome = chat::put_session_in(self.tx, &self.owner, *id, content.clone()).await;
                outcome.map(|outcome| Some(outcome.map(session)))
            }
            Effect::DeleteSession(id) => {
                let outcome = chat::delete_session_in(self.tx, &self.owner, *id).await;
                outcome.map(|outcome| Some(outcome.map(session)))
            }
            Effect::LabelAsset(id, changes) => {
                let outcome = assets::change_in(self.tx, &self.owner, *id, changes).await;
                outcome.map(|outcome| Some(outcome.map(asset)))
            }
            Effect::DeleteAsset(id) => {
                let outcome = assets::delete_in(self.tx, &self.owner, *id).await;
                outcome.map(|outcome| Some(outcome.map(asset)))
            }
            Effect::PutMessage(_) => return Err(ApiError::internal("messages are applied together")),
            Effect::Refused(error) => Err(error.clone()),
        };
        match result {
            Ok(Some(outcome)) => {
                let (Outcome::Changed(settled) | Outcome::Unchanged(settled)) = &outcome;
                let revision = match settled {
                    Settled::Applied { revision, .. } => *revision,
                    _ => 0,
                };
                Ok((outcome, PushStatus::Applied { revision }))
            }
            Ok(None) => self.conflict(pushed).await,
            Err(error) if error.code == ErrorCode::RevisionConflict => self.conflict(pushed).await,
            Err(error) => settle_refusal(error),
        }
    }

    async fn conflict(&mut self, pushed: &Pushed) -> Result<Applied, ApiError> {
        let stored = self.stored(pushed.source, &pushed.key).await?;
        Ok((Outcome::Unchanged(Settled::Conflict { key: pushed.key.clone() }), PushStatus::Conflict(stored)))
    }

    /// All in one statement; where one is refused, in halves, so that it alone is.
    async fn put_messages(&mut self, messages: &[Pushed]) -> Result<Vec<Applied>, ApiError> {
        let mut applied = Vec::with_capacity(messages.len());
        let mut open = vec![messages];
        while let Some(part) = open.pop() {
            let mut columns = MessageColumns::default();
            for pushed in part {
                if let Effect::PutMessage(message) = &pushed.effect {
                    columns.extend_from(message);
                }
            }
            let stamp = Stamp { version: self.tx.next_version(), first_index: self.messages };
            match write_batch(self.tx.conn(), &self.owner, &columns, Some(stamp)).await? {
                BatchWrite::Written(written) => {
                    self.messages += part.len() as i32;
                    applied.extend(message_outcomes(&columns, &written));
                }
                BatchWrite::Refused(..) if part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    open.extend([second, first]);
                }
                BatchWrite::Refused(why, index) => {
                    let session_id = columns.session_ids[index];
                    let why = chat::look_again(self.tx.conn(), &self.owner, why, session_id).await?;
                    applied.push(settle_refusal(chat::refused_message(why, "/value"))?);
                }
            }
        }
        Ok(applied)
    }
}

fn message_outcomes(columns: &MessageColumns, written: &WrittenBatch) -> Vec<Applied> {
    let known: HashSet<usize> = written.known.iter().map(|message| message.index).collect();
    let outcome = |place: KnownMessage| {
        let (key, revision, created) = (place.id.to_string(), place.revision, !known.contains(&place.index));
        let settled = Settled::Applied { key, revision, updated_at: Timestamp::now(), created };
        let outcome = if created { Outcome::Changed(settled) } else { Outcome::Unchanged(settled) };
        (outcome, PushStatus::Applied { revision })
    };
    chat::places(columns, written).into_iter().map(outcome).collect()
}

/// `None` for a conflict.
fn project(outcome: Outcome<ProjectOutcome>) -> Option<Outcome<Settled>> {
    let settled = |done: projects::Accepted| Settled::Applied {
        key: done.id,
        revision: done.revision,
        updated_at: done.updated_at,
        created: done.created,
    };
    match outcome {
        Outcome::Changed(ProjectOutcome::Accepted(done)) => Some(Outcome::Changed(settled(done))),
        Outcome::Unchanged(ProjectOutcome::Accepted(done)) => Some(Outcome::Unchanged(settled(done))),
        Outcome::Changed(ProjectOutcome::Conflict(_)) | Outcome::Unchanged(ProjectOutcome::Conflict(_)) => None,
    }
}

fn record(key: &str, row: WrittenRow) -> Settled {
    let WrittenRow { revision, updated_at, created } = row;
    Settled::Applied { key: key.to_owned(), revision, updated_at, created }
}

fn asset(row: AssetRecord) -> Settled {
    Settled::Applied { key: row.id.to_string(), revision: row.revision, updated_at: row.updated_at, created: false }
}

fn session(row: ChatSessionRecord) -> Settled {
    let created = row.created_at == row.updated_at;
    Settled::Applied { key: row.id.to_string(), revision: row.revision, updated_at: row.updated_at, created }
}
