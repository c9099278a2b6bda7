//! The review of an assistant by an administrator: a write of the owner's data, so that the owner's devices pull the decision.

use futures_util::FutureExt as _;

use super::outcome::conflict;
use crate::db::{Database, OwnerId};
use crate::error::{ApiError, ErrorCode};
use crate::models::assistant::{self, AssistantRecord, DRAFT, Review};
use crate::models::audit::NewAudit;
use crate::models::user;
use crate::sync::user_tx::{Outcome, UserWriter};

/// A decision about an assistant.
#[derive(Debug)]
pub struct ReviewDecision {
    pub id: String,
    pub status: String,
    pub note: Option<String>,
    /// The version that was reviewed.
    pub base: i64,
    /// The id of the administrator.
    pub reviewer: String,
}

/// The owner of a row. `None` if the user was deleted.
///
/// # Errors
/// Those of the database.
pub async fn owner_of(db: &Database, row: &AssistantRecord) -> Result<Option<OwnerId>, ApiError> {
    let mut owners = user::owners(&mut *db.conn().await?, [row.owner]).await?;
    Ok(owners.remove(&row.owner))
}

/// Sets the status of `owner`'s assistant.
///
/// # Errors
/// `not_found`, `revision_conflict` with the stored row, and those of [`UserWriter::write`].
pub async fn review(
    writer: &UserWriter,
    owner: &OwnerId,
    decision: ReviewDecision,
) -> Result<AssistantRecord, ApiError> {
    writer
        .write(owner, move |tx| {
            async move {
                let ReviewDecision { id, status, note, base, reviewer } = decision;
                let stored = assistant::find_own(tx.reader(), &id).await?.filter(|row| row.deleted_at.is_none());
                let stored = stored.ok_or_else(ApiError::not_found)?;
                let is_own = tx.owner().user_id() == reviewer;
                // The owner may have taken it back since the administrator read it. A draft is the owner's alone.
                if stored.status == DRAFT && !is_own {
                    return Err(ApiError::not_found());
                }
                if base != stored.revision {
                    return Err(conflict(Some(if is_own { stored } else { stored.for_reviewer() })));
                }
                let is_repeat = stored.reviewed_at.is_some_and(|at| at.0 >= stored.updated_at.0);
                if stored.status == status && stored.review_note == note && is_repeat {
                    return Ok(Outcome::Unchanged(stored));
                }
                let row = assistant::review(tx, &id, Review { status: &status, note: note.as_deref() }).await?;
                let differs = [("status", stored.status != status), ("reviewNote", stored.review_note != note)];
                let changed: Vec<&str> =
                    differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect();
                let changed = changed.as_slice();
                let actor = Some(reviewer.as_str());
                let entry =
                    NewAudit { actor, action: "assistant.status", entity: "assistant", entity_id: Some(&id), changed };
                entry.add_to(tx);
                Ok(Outcome::Changed(row))
            }
            .boxed()
        })
        .await
        // The owner was deleted since the row was read.
        .map_err(|error| if error.code == ErrorCode::Unauthenticated { ApiError::not_found() } else { error })
}
