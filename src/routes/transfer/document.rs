//! The schema of an export document. `openapi` adds a member for each kind of the registry.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// The data of a user.
pub struct ExportDocument;

impl PartialSchema for ExportDocument {
    fn schema() -> RefOr<Schema> {
        let document = ObjectBuilder::new()
            .description(Some(
                "The data of a user, with a member for each collection. Exports of LiteChat have this form too.",
            ))
            .property(
                "version",
                ObjectBuilder::new().schema_type(Type::Integer).description(Some("The version of the format.")),
            )
            .property(
                "exportedAt",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
            );
        document.additional_properties(Some(AdditionalProperties::FreeForm(true))).into()
    }
}

impl ToSchema for ExportDocument {
    fn name() -> Cow<'static, str> {
        "ExportDocument".into()
    }
}
