//! What the description has from the kinds of the registry: the types of their rows, the browser's tables, the sections of an export.

use utoipa::ToSchema as _;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use crate::routes::ExportDocument;
use crate::sync::registry::Registry;

/// The types that no operation names, and the members of an export.
pub fn add_schemas(document: &mut OpenApi, kinds: &Registry) {
    let components = document.components.get_or_insert_default();
    for kind in kinds.iter() {
        let Some(description) = kind.description() else { continue };
        for (name, schema) in description.schemas {
            // The kind's own type is as the kind says; an operation may have it without its key.
            if name == description.schema {
                components.schemas.insert(name, schema);
            } else {
                components.schemas.entry(name).or_insert(schema);
            }
        }
        let section = description.section.filter(|_| kind.export().is_some());
        if let (Some(section), Some(RefOr::T(Schema::Object(export)))) =
            (section, components.schemas.get_mut(ExportDocument::name().as_ref()))
        {
            export.properties.insert(kind.name().to_owned(), section);
        }
    }
}

/// `x-indexeddb`: which browser table a type is the row of. The SDK's tables are generated from it.
pub fn mark_tables(document: &mut OpenApi, kinds: &Registry) {
    let Some(components) = &mut document.components else { return };
    for description in kinds.iter().filter_map(|kind| kind.description()) {
        if let Some(RefOr::T(Schema::Object(row))) = components.schemas.get_mut(&description.schema) {
            row.extensions = Some(ExtensionsBuilder::new().add("x-indexeddb", description.browser_table).build());
        }
    }
}
