//! The document in the API's description. Its members follow from the registry, so nothing here names a collection.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, ObjectBuilder, Ref, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

use crate::sync::collections::REGISTRY;
use crate::sync::collections::conversations::Conversation;
use crate::sync::collections::interactions::Interaction;
use crate::sync::transfer::Section;
use crate::wire::FreeJson;

/// A conversation and what was said in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: PostgreSQL writes it")]
pub struct ConversationExport {
    conversation: Conversation,
    /// In their order.
    interactions: Vec<Interaction>,
}

/// A project, its conversations and what was said in them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: PostgreSQL writes it")]
pub struct ProjectExport {
    project: FreeJson,
    conversations: Vec<Conversation>,
    /// Conversation by conversation, each in its order.
    interactions: Vec<Interaction>,
}

/// Everything that a person has.
pub struct ExportDocument;

impl PartialSchema for ExportDocument {
    fn schema() -> RefOr<Schema> {
        let any_object = || ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(true)));
        let mut document = ObjectBuilder::new()
            .description(Some(
                "Everything that a person has, a member for each collection. What LiteChat exports has this form too.",
            ))
            .property("version", ObjectBuilder::new().schema_type(Type::Integer).description(Some("Of the format.")))
            .property(
                "exportedAt",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
            );
        for section in Section::all(REGISTRY) {
            document = match section {
                Section::Records(definition) if definition.exported_as_map.is_some() => {
                    document.property(section.name(), any_object().description(Some("From id to value.")))
                }
                Section::Records(definition) => {
                    let row = Ref::from_schema_name((definition.schema_name)());
                    document.property(section.name(), ArrayBuilder::new().items(row))
                }
                _ => document.property(section.name(), ArrayBuilder::new().items(any_object())),
            };
        }
        document = document.property(
            "assets",
            ArrayBuilder::new()
                .items(any_object())
                .description(Some("What is known of files; their bytes are behind `storageUrl`.")),
        );
        document.additional_properties(Some(AdditionalProperties::FreeForm(true))).into()
    }
}

impl ToSchema for ExportDocument {
    fn name() -> Cow<'static, str> {
        "ExportDocument".into()
    }
}
