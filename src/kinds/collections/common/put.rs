//! The put of a row, for all callers: routes and push.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::checked::{self, Derived};
use super::declare::{Direction, Reference};
use super::definition::Definition;
use super::row::StoredRow;
use super::{FreeJson, Timestamp};
use crate::db::UserTx;
use crate::error::{ApiError, ErrorCode, FieldError, ServerCopy};
use crate::json::pointer;
use crate::models::record::{self, CollectionRecord, NewContent, Preflight, PreflightRecord, PutIntent};
use crate::sync::Outcome;
use crate::sync::kind::{OtherKinds, SyncedTable};

/// A put with a valid value. [`PutRecord::new`] checks it.
#[derive(Debug, Clone)]
pub struct PutRecord {
    pub(super) definition: &'static Definition,
    pub(super) id: String,
    value: FreeJson,
    base_revision: i64,
    derived: Derived,
}

impl PutRecord {
    /// Checks the value, before any lock is taken.
    ///
    /// # Errors
    /// `forbidden` if the collection takes no writes, and the refusals of the value with pointers below `/value`.
    pub fn new(
        definition: &'static Definition,
        id: String,
        value: FreeJson,
        base_revision: i64,
    ) -> Result<Self, ApiError> {
        require_writable(definition)?;
        let derived = checked::check(definition, &id, &value)?;
        Ok(Self { definition, id, value, base_revision, derived })
    }

    /// The set links that may be null: their index among the references, the reference, and the id.
    fn links(&self) -> impl Iterator<Item = (usize, &'static Reference, &str)> {
        let all = self.definition.references.iter().zip(&self.derived.links).enumerate();
        all.filter(|(_, (reference, _))| !reference.required)
            .filter_map(|(position, (reference, id))| Some((position, reference, id.as_deref()?)))
    }

    /// The same put with null for some of its [`Self::links`], which are given by their indexes.
    fn unlinked(&self, deleted: &[usize]) -> Result<Self, ApiError> {
        let mut put = self.clone();
        let mut members: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(self.value.as_str()).map_err(ApiError::internal)?;
        for (_, (position, reference, _)) in self.links().enumerate().filter(|(index, _)| deleted.contains(index)) {
            members.insert(Cow::Borrowed(reference.member), RawValue::NULL);
            put.derived.links[position] = None;
        }
        let text = serde_json::to_string(&members).map_err(ApiError::internal)?;
        put.value = FreeJson::from_database(text).map_err(ApiError::internal)?;
        Ok(put)
    }
}

/// A row after a write.
#[derive(Debug, Clone, Copy)]
pub struct WrittenRow {
    pub revision: i64,
    pub updated_at: Timestamp,
    pub created: bool,
}

/// Stores a row if its revision is the put's base revision, in two round trips. A link to a deleted row is stored as null, so that the order of
/// the put and the delete doesn't matter.
///
/// # Errors
/// Refusals, after which nothing is changed and the transaction is usable: `revision_conflict`, `duplicate_name`, `validation_failed` with
/// `unknown_reference`. Those of the database.
pub async fn put(tx: &mut UserTx, kinds: &dyn OtherKinds, put: &PutRecord) -> Result<Outcome<WrittenRow>, ApiError> {
    let found = preflight(tx, kinds, put).await?;
    if found.deleted_links.is_empty() {
        return decide(tx, put, found).await;
    }
    let put = put.unlinked(&found.deleted_links)?;
    let found = preflight(tx, kinds, &put).await?;
    decide(tx, &put, found).await
}

async fn decide(tx: &mut UserTx, put: &PutRecord, found: Preflight) -> Result<Outcome<WrittenRow>, ApiError> {
    let version = tx.next_version();
    let Preflight { stored, name_conflict, missing, .. } = found;
    let created = stored.is_none();
    match stored {
        Some(stored) if stored.revision != put.base_revision => return Err(conflict(put, Some(stored))),
        None if put.base_revision != 0 => return Err(conflict(put, None)),
        Some(PreflightRecord { same: true, revision, updated_at, .. }) => {
            return Ok(Outcome::Unchanged(WrittenRow { revision, updated_at, created }));
        }
        _ => {}
    }
    if let Some(index) = missing {
        return Err(unknown_reference(put, index));
    }
    if let Some(name_conflict) = name_conflict {
        return Err(duplicate_name(put, Some(name_conflict.into())));
    }
    let content = NewContent {
        collection: put.definition.name,
        id: &put.id,
        value: &put.value,
        unique_name: put.derived.unique_name.as_deref(),
        links: &put.derived.links,
    };
    let stored = record::store(tx, &content, version).await?;
    Ok(Outcome::Changed(WrittenRow { revision: stored.revision, updated_at: stored.updated_at, created }))
}

async fn preflight(tx: &mut UserTx, kinds: &dyn OtherKinds, put: &PutRecord) -> Result<Preflight, ApiError> {
    let (needed_collections, needed_ids) = needed(put);
    let (linked_collections, linked_ids): (Vec<&str>, Vec<&str>) =
        put.links().map(|(_, reference, id)| (reference.to, id)).unzip();
    let tables = referenced_tables(kinds, put.definition);
    let intent = PutIntent {
        collection: put.definition.name,
        id: &put.id,
        value: &put.value,
        base_revision: put.base_revision,
        unique_name: put.derived.unique_name.as_deref(),
        needed_collections: &needed_collections,
        needed_ids: &needed_ids,
        linked_collections: &linked_collections,
        linked_ids: &linked_ids,
        tables: &tables,
    };
    Ok(record::preflight(tx, &intent).await?)
}

/// The other row that has the put's unique name now.
pub(super) async fn name_conflict(
    tx: &mut UserTx,
    kinds: &dyn OtherKinds,
    put: &PutRecord,
) -> Result<Option<CollectionRecord>, ApiError> {
    Ok(preflight(tx, kinds, put).await?.name_conflict)
}

pub(super) fn require_writable(definition: &Definition) -> Result<(), ApiError> {
    match definition.direction {
        Direction::PullOnly => {
            Err(ApiError::new(ErrorCode::Forbidden, format!("Rows of {} come from the server only.", definition.name)))
        }
        Direction::Both | Direction::DeviceOnly => Ok(()),
    }
}

/// The tables of the kinds that a collection refers to and that are no collections, each with the kind's name.
fn referenced_tables(kinds: &dyn OtherKinds, definition: &Definition) -> Vec<(&'static str, SyncedTable)> {
    let mut tables = Vec::new();
    for reference in definition.references {
        let table = kinds.table_of(reference.to).filter(|table| table.collection.is_none());
        match table {
            Some(table) if tables.iter().all(|(name, _)| *name != reference.to) => tables.push((reference.to, table)),
            _ => {}
        }
    }
    tables
}

/// The required rows as parallel arrays of collections and ids.
fn needed(put: &PutRecord) -> (Vec<&str>, Vec<&str>) {
    let links = put.definition.references.iter().zip(&put.derived.links);
    links.filter(|(reference, _)| reference.required).filter_map(|(to, id)| Some((to.to, id.as_deref()?))).unzip()
}

fn unknown_reference(put: &PutRecord, index: usize) -> ApiError {
    let required = put.definition.references.iter().filter(|reference| reference.required);
    let (member, to) = required.map(|reference| (reference.member, reference.to)).nth(index).unwrap_or_default();
    let detail = format!("there is no such row in {to}, or it was deleted");
    ApiError::invalid(vec![FieldError::new(pointer::join("/value", member), "unknown_reference", detail)])
}

pub(super) fn duplicate_name(put: &PutRecord, name_conflict: Option<StoredRow>) -> ApiError {
    let errors = put.definition.unique.iter().map(|member| {
        FieldError::new(pointer::join("/value", member), "duplicate_name", "another row of the collection has this")
    });
    ApiError::new(ErrorCode::DuplicateName, "Nothing was stored; `server` is the row that has the name.")
        .with_errors(errors.collect())
        .with_server(ServerCopy::of(name_conflict.as_ref()))
}

fn conflict(put: &PutRecord, stored: Option<PreflightRecord>) -> ApiError {
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
