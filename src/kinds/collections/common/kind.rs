//! A declared collection as a synced kind: one implementation for all of them.

use std::any::Any;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema};

use super::apply_run::apply_run;
use super::change::Change as RecordChange;
use super::declare::{Direction, OnDelete, OtherMember};
use super::definition::Definition;
use super::delete::DeleteRecord;
use super::files;
use super::import;
use super::put::PutRecord;
use crate::db::{UserReader, UserTx};
use crate::error::{ApiError, FieldError};
use crate::json::DataLimits;
use crate::models::import::{ImportTable, Staged, StagedRow};
use crate::models::record::{self, Referring};
use crate::sync::kind::{
    Answer, Change, Description, ExportRows, ImportedKind, Mutation, MutationOutcome, OtherKinds, RawMutation,
    Reference, SyncOp, SyncedKind, SyncedRow, SyncedTable, in_order,
};
use crate::sync::registry::{Kind, Registry};

/// A collection in a registry.
struct CollectionKind(&'static Definition);

/// The kinds of declared collections.
pub fn kinds(definitions: &'static [Definition]) -> impl Iterator<Item = Kind> {
    definitions.iter().map(|definition| Arc::new(CollectionKind(definition)) as Kind)
}

/// The collections of a registry.
pub fn definitions(kinds: &Registry) -> impl Iterator<Item = &'static Definition> {
    kinds.iter().filter_map(|kind| {
        let kind: &dyn Any = kind.as_ref();
        kind.downcast_ref::<CollectionKind>().map(|CollectionKind(definition)| *definition)
    })
}

/// The collection of this name.
pub fn find(kinds: &Registry, name: &str) -> Option<&'static Definition> {
    definitions(kinds).find(|definition| definition.name == name)
}

impl SyncedKind for CollectionKind {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn table(&self) -> SyncedTable {
        record::synced(self.0.name)
    }

    fn syncs(&self) -> bool {
        self.0.direction != Direction::DeviceOnly
    }

    fn is_section_optional(&self) -> bool {
        self.0.direction == Direction::DeviceOnly || self.0.is_section_optional
    }

    fn references(&self) -> &'static [Reference] {
        self.0.references
    }

    fn decode(&self, mutation: &RawMutation<'_>) -> Result<Change, ApiError> {
        let (definition, id) = (self.0, mutation.key.to_owned());
        Ok(Change::new(match mutation.op {
            SyncOp::Put => {
                let base = mutation.base_revision();
                // A wrong revision is told together with what is wrong with the value.
                let revision = *base.as_ref().unwrap_or(&0);
                let put = mutation.value().and_then(|value| PutRecord::new(definition, id, value.clone(), revision));
                RecordChange::Put(ApiError::both(put, base)?.0)
            }
            SyncOp::Delete => {
                RecordChange::Delete(DeleteRecord { definition, id, base_revision: mutation.base_revision })
            }
        }))
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut UserTx,
        kinds: &'a dyn OtherKinds,
        run: &'a [Mutation],
    ) -> Answer<'a, Vec<MutationOutcome>> {
        apply_run(self.0.name, tx, kinds, run).boxed()
    }

    fn load<'a>(&'a self, reader: UserReader<'a>, keys: &'a [String]) -> Answer<'a, Vec<SyncedRow>> {
        async move {
            let rows = record::load(reader, self.0.name, keys).await?;
            let rows = in_order(keys, rows, |row| row.id.clone());
            rows.map(|row| SyncedRow::new(row.id, row.revision, row.deleted_at, &row.value)).collect()
        }
        .boxed()
    }

    fn on_deleted<'a>(&'a self, tx: &'a mut UserTx, kind: &'a str, ids: &'a [String]) -> Answer<'a, Vec<String>> {
        async move {
            let version = tx.next_version();
            let mut deleted = Vec::new();
            for (position, reference) in self.0.references.iter().enumerate().filter(|(_, to)| to.to == kind) {
                let referring = Referring { collection: self.0.name, position, targets: ids };
                match reference.on_delete {
                    OnDelete::Cascade => {
                        deleted.extend(record::soft_delete_referring(tx, referring, version).await?);
                    }
                    OnDelete::Unlink => {
                        record::unlink_referring(tx, referring, reference.member, version).await?;
                    }
                }
            }
            Ok(deleted)
        }
        .boxed()
    }

    fn export(&self) -> Option<ExportRows> {
        Some(match self.0.exported_as_map {
            Some(member) => record::export_members(self.0.name, member),
            None => record::export(self.0.name, self.0.primary_key),
        })
    }

    fn import(self: Arc<Self>) -> Option<Arc<dyn ImportedKind>> {
        match self.0.direction {
            Direction::PullOnly => None,
            Direction::Both | Direction::DeviceOnly => Some(self),
        }
    }

    fn description(&self) -> Option<Description> {
        let definition = self.0;
        let references = definition.references.iter().map(|reference| {
            json!({
                "member": reference.member, "collection": reference.to, "required": reference.required,
                "onDelete": reference.on_delete,
            })
        });
        let browser_table = json!({
            "table": definition.table, "primaryKey": definition.primary_key, "indexes": definition.indexes,
            "collection": definition.name, "policy": definition.policy, "direction": definition.direction,
            "unique": definition.unique, "maxValueBytes": definition.max_value_bytes, "references": references.collect::<Vec<_>>(),
        });
        let schema = (definition.schema_name)().into_owned();
        let mut schemas = (definition.schemas)();
        for (name, row) in &mut schemas {
            if *name == schema {
                add_primary_key(row, definition.primary_key);
            }
        }
        let section: RefOr<Schema> = match definition.exported_as_map {
            Some(_) => Description::any_object().description(Some("From id to value.")).into(),
            None => ArrayBuilder::new().items(Ref::from_schema_name(&schema)).into(),
        };
        Some(Description { schema, schemas, browser_table, section: Some(section) })
    }
}

/// Adds the primary key to a row's schema. Every row has it in the browser, and collections don't declare it.
fn add_primary_key(row: &mut RefOr<Schema>, primary_key: &str) {
    let RefOr::T(Schema::Object(row)) = row else { return };
    let id = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(128));
    row.properties.insert(primary_key.to_owned(), schema::Schema::from(id).into());
    row.required.push(primary_key.to_owned());
    row.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
}

impl ImportedKind for CollectionKind {
    fn import_table(&self) -> ImportTable {
        let members: Vec<&'static str> = self.0.references.iter().map(|reference| reference.member).collect();
        record::import_table(self.0.name, self.0.primary_key, self.0.exported_as_map.is_some(), &members, self.0.unique)
    }

    /// In a map, the key itself is the pointer.
    fn id_member(&self) -> &'static str {
        if self.0.exported_as_map.is_some() { "" } else { self.0.primary_key }
    }

    fn name_member(&self) -> Option<&'static str> {
        self.0.unique.first().copied()
    }

    fn single_name(&self) -> Option<&'static str> {
        self.0.exported_alone_as
    }

    fn other_members(&self) -> &'static [OtherMember] {
        self.0.other_members
    }

    fn kept_ids(&self) -> &'static [&'static str] {
        self.0.lasting_ids
    }

    fn read_row(&self, key: Option<String>, row: Box<RawValue>, _limits: DataLimits) -> Result<StagedRow, ApiError> {
        import::read_row(self.0, key, row)
    }

    fn without_files(&self, row: &RawValue) -> Option<(Box<RawValue>, Vec<FieldError>)> {
        files::without_contents(self.0.files?, row, self.0.max_value_bytes)
    }

    fn before_write<'a>(&'a self, tx: &'a mut UserTx, staged: Staged<'a>) -> Answer<'a, ()> {
        async move { Ok(record::free_names(tx, staged).await.map(|_freed| ())?) }.boxed()
    }
}
