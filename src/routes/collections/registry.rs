//! Describes the collections.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::CurrentUser;
use crate::kinds::collections::{self, Definition, Direction, MAX_ID_CHARS, OnDelete, Policy};
use crate::state::AppState;

/// A member that holds the id of another row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionReference {
    #[schema(example = "conversationId")]
    member: &'static str,
    /// The name of a collection.
    #[schema(example = "conversations")]
    collection: &'static str,
    /// True if the other row must exist. A write without it is refused with `unknown_reference`.
    required: bool,
    /// What happens to this row when the other row is deleted.
    on_delete: OnDelete,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionLimits {
    /// The maximal size of a value in bytes.
    #[schema(example = 1_048_576)]
    max_value_bytes: usize,
    /// The maximal length of an id in characters.
    #[schema(example = 128)]
    max_id_chars: usize,
}

/// The declaration of a collection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionInfo {
    #[schema(example = "interactions")]
    name: &'static str,
    /// The browser's table.
    table: &'static str,
    primary_key: &'static str,
    /// The browser's indexes in Dexie's syntax.
    indexes: Vec<&'static str>,
    policy: Policy,
    direction: Direction,
    /// Members whose combined value is unique among living rows. Empty where nothing is unique.
    unique: Vec<&'static str>,
    references: Vec<CollectionReference>,
    limits: CollectionLimits,
}

impl From<&Definition> for CollectionInfo {
    fn from(definition: &Definition) -> Self {
        let references = definition.references.iter().map(|reference| CollectionReference {
            member: reference.member,
            collection: reference.to,
            required: reference.required,
            on_delete: reference.on_delete,
        });
        Self {
            name: definition.name,
            table: definition.table,
            primary_key: definition.primary_key,
            indexes: definition.indexes.to_vec(),
            policy: definition.policy,
            direction: definition.direction,
            unique: definition.unique.to_vec(),
            references: references.collect(),
            limits: CollectionLimits { max_value_bytes: definition.max_value_bytes, max_id_chars: MAX_ID_CHARS },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionList {
    items: Vec<CollectionInfo>,
    /// Always null: the list has one page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List the collections and their rules.
#[utoipa::path(tag = "collections", responses((status = 200, description = "The collections.", body = CollectionList)))]
#[get("/api/collections")]
pub async fn list_collections(state: web::Data<AppState>, _caller: CurrentUser) -> web::Json<CollectionList> {
    web::Json(CollectionList {
        items: collections::definitions(&state.kinds).map(CollectionInfo::from).collect(),
        next_cursor: None,
    })
}
