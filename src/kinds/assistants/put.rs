//! The owner's writes of an assistant, in a transaction that holds the lock on the owner's version.

use super::outcome::{Accepted, conflict};
use super::requests::{AssistantInput, REVIEWERS_STATUS, is_nanoid};
use super::search;
use super::status::AssistantStatus;
use crate::db::UserTx;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::assistant::{self, AssistantContent, AssistantRecord, NewAssistant, PUBLISHED};
use crate::models::audit::NewAudit;
use crate::sync::Outcome;

/// Creates an assistant. A row with the temporary id is the answer as it is stored.
///
/// # Errors
/// `revision_conflict` if the owner has a row with this id, `id_conflict` if another user has one, `validation_failed`.
pub(super) async fn create(
    tx: &mut UserTx,
    id: &str,
    temp_id: Option<&str>,
    input: &AssistantInput,
) -> Result<Outcome<Accepted>, ApiError> {
    let content = input.complete()?;
    if let Some(temp_id) = temp_id
        && let Some(row) = assistant::find_by_temp_id(tx.reader(), temp_id).await?
    {
        if row.deleted_at.is_some() {
            return Err(conflict(Some(row)));
        }
        // A row that was written since can't be compared with its first content.
        if row.revision == 1 && row.content() != content {
            return Err(taken("/tempId", "another assistant has this tempId, with other content"));
        }
        return Ok(Outcome::Unchanged(Accepted { row, created: false }));
    }
    if let Some(row) = assistant::find_own(tx.reader(), id).await? {
        return Err(conflict(Some(row)));
    }
    if !is_nanoid(id) {
        let detail = "a new assistant has an id of 21 characters of A-Z, a-z, 0-9, _ and -";
        return Err(ApiError::invalid(vec![FieldError::new("/id", "invalid_value", detail)]));
    }
    let words = search::words_of(&content);
    let new = NewAssistant { id, temp_id, content: &content, words: &words };
    let Some(row) = assistant::insert(tx, new).await? else {
        return Err(taken("/id", "another assistant has this id"));
    };
    log(tx, "assistant.create", id, &["title", "desc", "emoji", "prompt", "tags", "category", "isPublic", "status"]);
    Ok(Outcome::Changed(Accepted { row, created: true }))
}

fn taken(pointer: &'static str, detail: &'static str) -> ApiError {
    let error = FieldError::new(pointer, "id_conflict", detail);
    ApiError::new(ErrorCode::IdConflict, "It is in use. Choose another one; nothing was stored.")
        .with_errors(vec![error])
}

/// Changes an assistant, or restores a deleted one. A published assistant whose reviewed members change waits for another review.
///
/// # Errors
/// `not_found`, `revision_conflict`, `validation_failed`.
pub(super) async fn update(
    tx: &mut UserTx,
    id: &str,
    base: i64,
    input: &AssistantInput,
) -> Result<Outcome<Accepted>, ApiError> {
    let stored = assistant::find_own(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    if stored.revision != base {
        return Err(conflict(Some(stored)));
    }
    let before = stored.content();
    let mut content = input.applied_to(&before);
    require_owners_status(&content, &stored)?;
    let reviewed = changed(&before, &content).into_iter().any(|member| !matches!(member, "isPublic" | "status"));
    if reviewed && stored.status == PUBLISHED && content.status == PUBLISHED {
        content.status = AssistantStatus::Pending.to_string();
    }
    let changed = changed(&before, &content);
    if changed.is_empty() && stored.deleted_at.is_none() {
        return Ok(Outcome::Unchanged(Accepted { row: stored, created: false }));
    }
    let row = assistant::update(tx, id, &content, &search::words_of(&content)).await?;
    let action = if stored.deleted_at.is_some() { "assistant.restore" } else { "assistant.update" };
    log(tx, action, id, &changed);
    Ok(Outcome::Changed(Accepted { row, created: false }))
}

/// Deletes an assistant. A repeated delete changes nothing.
///
/// # Errors
/// `not_found`, `revision_conflict`.
pub(super) async fn delete(tx: &mut UserTx, id: &str, base: Option<i64>) -> Result<Outcome<Accepted>, ApiError> {
    let stored = assistant::find_own(tx.reader(), id).await?.ok_or_else(ApiError::not_found)?;
    if stored.deleted_at.is_some() {
        return Ok(Outcome::Unchanged(Accepted { row: stored, created: false }));
    }
    if base.is_some_and(|base| base != stored.revision) {
        return Err(conflict(Some(stored)));
    }
    let row = assistant::soft_delete(tx, id).await?;
    log(tx, "assistant.delete", id, &[]);
    Ok(Outcome::Changed(Accepted { row, created: false }))
}

fn log(tx: &mut UserTx, action: &str, id: &str, changed: &[&str]) {
    NewAudit { actor: None, action, entity: "assistant", entity_id: Some(id), changed }.add_to(tx);
}

/// An owner sets `draft` and `pending`, and may send the stored status back.
fn require_owners_status(content: &AssistantContent, stored: &AssistantRecord) -> Result<(), ApiError> {
    let is_stored = stored.status == content.status;
    let is_owners = content.status.parse().is_ok_and(AssistantStatus::is_owners);
    if is_stored || is_owners {
        return Ok(());
    }
    Err(ApiError::invalid(vec![FieldError::new("/status", "invalid_value", REVIEWERS_STATUS)]))
}

/// The names of the members that differ.
fn changed(before: &AssistantContent, after: &AssistantContent) -> Vec<&'static str> {
    let members = [
        ("title", before.title != after.title),
        ("desc", before.description != after.description),
        ("emoji", before.emoji != after.emoji),
        ("prompt", before.prompt != after.prompt),
        ("tags", before.tags != after.tags),
        ("category", before.category != after.category),
        ("isPublic", before.is_public != after.is_public),
        ("status", before.status != after.status),
    ];
    members.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
