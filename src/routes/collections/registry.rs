//! What collections there are.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::sync::collections::{Definition, Direction, MAX_ID_CHARS, OnDelete, Policy};

/// A member that holds the id of another row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionReference {
    #[schema(example = "conversationId")]
    member: &'static str,
    /// A collection, or `projects`.
    #[schema(example = "conversations")]
    collection: &'static str,
    /// The other row must live; otherwise a write is refused with `unknown_reference`.
    required: bool,
    /// What becomes of this row when the other is deleted.
    on_delete: OnDelete,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionLimits {
    /// Bytes of one value.
    #[schema(example = 1_048_576)]
    max_value_bytes: usize,
    /// Characters of an id.
    #[schema(example = 128)]
    max_id_chars: usize,
}

/// A collection, as it is declared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionInfo {
    #[schema(example = "interactions")]
    name: &'static str,
    /// The browser's table.
    table: &'static str,
    primary_key: &'static str,
    /// The browser's indexes, in Dexie's syntax.
    indexes: Vec<&'static str>,
    policy: Policy,
    direction: Direction,
    /// Members that together no two living rows share; empty where nothing is unique.
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
    /// Always null: they come all at once.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// List the collections and their rules.
#[utoipa::path(tag = "collections", responses((status = 200, description = "The collections.", body = CollectionList)))]
#[get("/api/collections")]
pub async fn list_collections(state: web::Data<AppState>, _caller: CurrentUser) -> web::Json<CollectionList> {
    web::Json(CollectionList { items: state.collections.iter().map(CollectionInfo::from).collect(), next_cursor: None })
}
