//! One mutation, applied: the same functions that the REST routes use, inside the transaction of the push.

use super::{Effect, PushStatus, Pushed, Session, settle_refusal};
use crate::error::{ApiError, ErrorCode};
use crate::models::chat_message::{BatchWrite, MessageColumns, Stamp, write_batch};
use crate::models::chat_session::ChatSessionRecord;
use crate::sync::collections::{self, WrittenRow};
use crate::sync::projects::{self, ProjectOutcome};
use crate::sync::receipts::Settled;
use crate::sync::{Outcome, chat};
use crate::wire::Timestamp;

/// What became of it, to keep and to answer.
type Applied = (Outcome<Settled>, PushStatus);

impl Session<'_> {
    /// `messages` counts those that this transaction has stored: their places follow each other.
    pub(super) async fn apply(&mut self, pushed: &Pushed, messages: &mut i32) -> Result<Applied, ApiError> {
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
            Effect::PutMessage(columns) => self.put_message(columns, messages).await.map(Some),
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

    async fn put_message(
        &mut self,
        columns: &MessageColumns,
        messages: &mut i32,
    ) -> Result<Outcome<Settled>, ApiError> {
        let stamp = Stamp { version: self.tx.next_version(), first_index: *messages };
        match write_batch(self.tx.conn(), &self.owner, columns, Some(stamp)).await? {
            BatchWrite::Refused(why, index) => {
                let why = chat::look_again(self.tx.conn(), &self.owner, why, columns.session_ids[index]).await?;
                Err(chat::refused_message(why, "/value"))
            }
            BatchWrite::Written(written) => {
                let created = written.known.is_empty();
                let place = chat::places(columns, &written).into_iter().next().ok_or_else(ApiError::not_found)?;
                let key = place.id.to_string();
                let settled = Settled::Applied { key, revision: place.revision, updated_at: Timestamp::now(), created };
                if !created {
                    return Ok(Outcome::Unchanged(settled));
                }
                *messages += 1;
                Ok(Outcome::Changed(settled))
            }
        }
    }
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

fn session(row: ChatSessionRecord) -> Settled {
    let created = row.created_at == row.updated_at;
    Settled::Applied { key: row.id.to_string(), revision: row.revision, updated_at: row.updated_at, created }
}
