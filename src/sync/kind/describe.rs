//! A kind in the OpenAPI document.

use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema};

/// The schema of a kind's rows, and their table in the browser.
pub struct Description {
    /// The name of the row's schema.
    pub schema: String,
    /// The row's schema and the schemas that it refers to, if no operation of the API has them.
    pub schemas: Vec<(String, RefOr<Schema>)>,
    /// `x-indexeddb` of the row's schema: `table`, `primaryKey`, and `indexes` in Dexie's syntax, never unique. Collections have more members.
    pub browser_table: serde_json::Value,
    /// The section of an export document. `None`: there is none.
    pub section: Option<RefOr<Schema>>,
}

impl Description {
    /// The description of rows of type `T`. Their section is a list of objects.
    pub fn of<T: ToSchema>(browser_table: serde_json::Value) -> Self {
        let mut schemas = Vec::new();
        T::schemas(&mut schemas);
        schemas.push((T::name().into_owned(), T::schema()));
        let section = ArrayBuilder::new().items(Self::any_object());
        Self { schema: T::name().into_owned(), schemas, browser_table, section: Some(section.into()) }
    }

    /// The same description with another section.
    pub fn with_section(self, section: impl Into<RefOr<Schema>>) -> Self {
        Self { section: Some(section.into()), ..self }
    }

    /// The schema of an object with any members.
    pub fn any_object() -> ObjectBuilder {
        ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(true)))
    }
}
