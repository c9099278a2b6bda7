//! The row types of the collections. No operation names them, since all collections share five; browsers need them all the same.

use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, RefOr};

use crate::sync::collections::{Definition, REGISTRY};

/// The schemas. The primary key is added to each: every row has it in the browser, and no collection needs to declare it.
pub fn add_schemas(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for definition in REGISTRY.iter() {
        for (name, schema) in (definition.schemas)() {
            components.schemas.entry(name).or_insert(schema);
        }
        if let Some(RefOr::T(Schema::Object(row))) = components.schemas.get_mut((definition.schema_name)().as_ref()) {
            let key = definition.primary_key.to_owned();
            let id = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(128));
            row.properties.insert(key.clone(), id.into());
            row.required.push(key);
            row.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
        }
    }
}

/// `x-indexeddb`: the browser's table, and what the SDK must know to keep it in step.
pub fn mark_tables(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    for definition in REGISTRY.iter() {
        if let Some(RefOr::T(Schema::Object(row))) = components.schemas.get_mut((definition.schema_name)().as_ref()) {
            row.extensions = Some(ExtensionsBuilder::new().add("x-indexeddb", table(definition)).build());
        }
    }
}

fn table(definition: &Definition) -> serde_json::Value {
    let references = definition.references.iter().map(|reference| {
        json!({
            "member": reference.member, "collection": reference.to, "required": reference.required,
            "onDelete": reference.on_delete,
        })
    });
    json!({
        "table": definition.table, "primaryKey": definition.primary_key, "indexes": definition.indexes,
        "collection": definition.name, "policy": definition.policy, "direction": definition.direction,
        "unique": definition.unique, "references": references.collect::<Vec<_>>(),
    })
}
