//! The one way to put a row, by whatever door.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::checked::{self, Derived};
use super::declare::{Direction, Reference};
use super::definition::Definition;
use super::row::StoredRow;
use super::{FreeJson, Timestamp};
use crate::error::{ApiError, ErrorCode, FieldError, ServerCopy};
use crate::models::OwnerId;
use crate::models::record::{self, CollectionRecord, NewContent, Question, Survey, SurveyedRecord};
use crate::sync::{Outcome, SpaceTransaction};

/// A put whose value was found good: there is no other way to make one.
#[derive(Debug, Clone)]
pub struct PutRecord {
    pub(super) definition: &'static Definition,
    pub(super) id: String,
    value: FreeJson,
    base_revision: i64,
    derived: Derived,
}

impl PutRecord {
    /// Checks all that needs no database, before any lock is held. Pointers begin with `/value`.
    pub fn new(
        definition: &'static Definition,
        id: String,
        value: FreeJson,
        base_revision: i64,
    ) -> Result<Self, ApiError> {
        takes_writes(definition)?;
        let derived = checked::check(definition, &id, &value)?;
        Ok(Self { definition, id, value, base_revision, derived })
    }

    /// The links that may be null and are not, each with its position among the references and the id that it holds.
    fn links(&self) -> impl Iterator<Item = (usize, &'static Reference, &str)> {
        let all = self.definition.references.iter().zip(&self.derived.links).enumerate();
        all.filter(|(_, (reference, _))| !reference.required)
            .filter_map(|(position, (reference, id))| Some((position, reference, id.as_deref()?)))
    }

    /// The same put as if the rows that some of its [`Self::links`] point at had been deleted after it.
    fn unlinked(&self, buried: &[usize]) -> Result<Self, ApiError> {
        let mut put = self.clone();
        let mut members: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(self.value.as_str()).map_err(ApiError::internal)?;
        for (_, (position, reference, _)) in self.links().enumerate().filter(|(index, _)| buried.contains(index)) {
            members.insert(Cow::Borrowed(reference.member), RawValue::NULL);
            put.derived.links[position] = None;
        }
        let text = serde_json::to_string(&members).map_err(ApiError::internal)?;
        put.value = FreeJson::from_database(text).map_err(ApiError::internal)?;
        Ok(put)
    }
}

/// What became of a put.
#[derive(Debug, Clone, Copy)]
pub struct WrittenRow {
    pub revision: i64,
    pub updated_at: Timestamp,
    pub created: bool,
}

/// Stores the row if it still is as the client believes: two round trips. A refusal changes nothing and leaves the transaction usable. A link
/// to a row that was deleted is stored as null: it doesn't matter which of the two came first.
pub async fn put(tx: &mut SpaceTransaction, owner: &OwnerId, put: &PutRecord) -> Result<Outcome<WrittenRow>, ApiError> {
    let found = survey(tx, owner, put).await?;
    if found.buried.is_empty() {
        return decide(tx, owner, put, found).await;
    }
    let put = put.unlinked(&found.buried)?;
    let found = survey(tx, owner, &put).await?;
    decide(tx, owner, &put, found).await
}

async fn decide(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    put: &PutRecord,
    found: Survey,
) -> Result<Outcome<WrittenRow>, ApiError> {
    let version = tx.next_version();
    let Survey { stored, namesake, missing, .. } = found;
    let created = stored.is_none();
    match stored {
        Some(stored) if stored.revision != put.base_revision => return Err(conflict(put, Some(stored))),
        None if put.base_revision != 0 => return Err(conflict(put, None)),
        Some(SurveyedRecord { same: true, revision, updated_at, .. }) => {
            return Ok(Outcome::Unchanged(WrittenRow { revision, updated_at, created }));
        }
        _ => {}
    }
    if let Some(index) = missing {
        return Err(unknown_reference(put, index));
    }
    if let Some(namesake) = namesake {
        return Err(duplicate_name(put, Some(namesake.into())));
    }
    let content = NewContent {
        collection: put.definition.name,
        id: &put.id,
        value: &put.value,
        unique_name: put.derived.unique_name.as_deref(),
        links: &put.derived.links,
    };
    let stored = record::store(tx.conn(), owner, &content, version).await?;
    Ok(Outcome::Changed(WrittenRow { revision: stored.revision, updated_at: stored.updated_at, created }))
}

async fn survey(tx: &mut SpaceTransaction, owner: &OwnerId, put: &PutRecord) -> Result<Survey, ApiError> {
    let (needed_collections, needed_ids) = needed(put);
    let (linked_collections, linked_ids): (Vec<&str>, Vec<&str>) =
        put.links().map(|(_, reference, id)| (reference.to, id)).unzip();
    let question = Question {
        collection: put.definition.name,
        id: &put.id,
        value: &put.value,
        base_revision: put.base_revision,
        unique_name: put.derived.unique_name.as_deref(),
        needed_collections: &needed_collections,
        needed_ids: &needed_ids,
        linked_collections: &linked_collections,
        linked_ids: &linked_ids,
    };
    Ok(record::survey(tx.conn(), owner, &question).await?)
}

/// Who has the name that the put is about, now.
pub(super) async fn namesake(
    tx: &mut SpaceTransaction,
    owner: &OwnerId,
    put: &PutRecord,
) -> Result<Option<CollectionRecord>, ApiError> {
    Ok(survey(tx, owner, put).await?.namesake)
}

pub(super) fn takes_writes(definition: &Definition) -> Result<(), ApiError> {
    match definition.direction {
        Direction::PullOnly => {
            Err(ApiError::new(ErrorCode::Forbidden, format!("Rows of {} come from the server only.", definition.name)))
        }
        Direction::Both | Direction::DeviceOnly => Ok(()),
    }
}

/// The rows that must live, as parallel arrays.
fn needed(put: &PutRecord) -> (Vec<&str>, Vec<&str>) {
    let links = put.definition.references.iter().zip(&put.derived.links);
    links.filter(|(reference, _)| reference.required).filter_map(|(to, id)| Some((to.to, id.as_deref()?))).unzip()
}

fn unknown_reference(put: &PutRecord, index: usize) -> ApiError {
    let required = put.definition.references.iter().filter(|reference| reference.required);
    let (member, to) = required.map(|reference| (reference.member, reference.to)).nth(index).unwrap_or_default();
    let detail = format!("there is no such row in {to}, or it was deleted");
    ApiError::invalid(vec![FieldError::new(format!("/value/{member}"), "unknown_reference", detail)])
}

pub(super) fn duplicate_name(put: &PutRecord, namesake: Option<StoredRow>) -> ApiError {
    let errors = put.definition.unique.iter().map(|member| {
        FieldError::new(format!("/value/{member}"), "duplicate_name", "another row of the collection has this")
    });
    ApiError::new(ErrorCode::DuplicateName, "Nothing was stored; `server` is the row that has the name.")
        .with_errors(errors.collect())
        .with_server(ServerCopy::of(namesake.as_ref()))
}

fn conflict(put: &PutRecord, stored: Option<SurveyedRecord>) -> ApiError {
    let row = stored.and_then(|stored| {
        Some(StoredRow {
            id: put.id.clone(),
            value: stored.value?,
            revision: stored.revision,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
        })
    });
    ApiError::revision_conflict(ServerCopy::of(row.as_ref()))
}
