//! `x-indexeddb`: which browser table a schema is the row of. The SDK's tables are generated from it.

use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use crate::routes::asset_types::Asset;
use crate::routes::chat_types::{ChatMessage, ChatSession};
use crate::routes::project_types::Project;

/// A type whose values are rows of a browser table.
pub trait IndexedTable: utoipa::ToSchema {
    /// The table's name in the browser, as the source documents give it.
    const TABLE: &'static str;
    /// A property, or several as `[a+b]`.
    const PRIMARY_KEY: &'static str;
    /// Dexie's syntax; never unique, since rows of one page may swap names on their way in.
    const INDEXES: &'static [&'static str];
}

pub fn extend(document: &mut OpenApi) {
    describe::<ChatSession>(document);
    describe::<ChatMessage>(document);
    describe::<Project>(document);
    describe::<Asset>(document);
}

fn describe<T: IndexedTable>(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(T::name().as_ref()) {
        let table = json!({ "table": T::TABLE, "primaryKey": T::PRIMARY_KEY, "indexes": T::INDEXES });
        object.extensions = Some(ExtensionsBuilder::new().add("x-indexeddb", table).build());
    }
}
