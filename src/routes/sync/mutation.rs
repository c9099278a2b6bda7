//! The wire type of a mutation, and its decoding. A refused mutation is an outcome of its own and never an error of the request.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::excerpt::Quoted;
use crate::http::extract::json::written_too_large;
use crate::json::{DataLimits, FreeJson, MOST_GROWTH, written_size};
use crate::sync::kind::{Change, RawMutation, SyncOp};
use crate::sync::push::Pushed;
use crate::sync::registry::{Kind, Registry};

const MAX_KEY_CHARS: usize = DataLimits::ID_CHARS;

/// A mutation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "id": 1, "collection": "tags", "op": "put", "key": "tide", "baseRevision": 0, "value": { "name": "tide" } }))]
pub struct SyncMutation {
    /// The number of the mutation: 1 for a client's first, then one more each.
    #[schema(minimum = 1, example = 1)]
    pub id: i64,
    /// A mutation of an unknown collection is `rejected` with `unknown_collection`.
    #[schema(example = "chatMessages")]
    collection: String,
    op: SyncOp,
    /// The row's id. For a message that is not stored yet, its temporary id.
    #[schema(min_length = 1, max_length = 128)]
    key: String,
    /// The revision from which the change was made. 0 for a new row. A put of a chat without it replaces whatever is stored; with it, a chat whose title,
    /// project or metadata are newer is a conflict. Assets and messages don't need it.
    #[schema(minimum = 0)]
    base_revision: Option<i64>,
    /// The value of a put, in the shape of the collection's REST request.
    value: Option<FreeJson>,
}

/// The mutations with their decoded changes or refusals, in their order. `limit`: the most bytes of all values that are not refused, as PostgreSQL writes
/// them.
///
/// # Errors
/// `payload_too_large` if the values exceed `limit` together, and `internal`.
pub fn into_pushed(
    mutations: Vec<SyncMutation>,
    kinds: &Registry,
    limits: DataLimits,
    limit: usize,
) -> Result<Vec<Pushed>, ApiError> {
    let text_bytes: usize = mutations.iter().map(|mutation| mutation.value_text().len()).sum();
    let may_be_too_large = text_bytes.saturating_mul(MOST_GROWTH) > limit;
    let (mut pushed, mut written) = (Vec::with_capacity(mutations.len()), 0usize);
    for mutation in mutations {
        let bytes = if may_be_too_large { written_size(mutation.value_text().as_bytes()) } else { 0 };
        let one = mutation.into_pushed(kinds, limits)?;
        written = written.saturating_add(if one.change.is_ok() { bytes } else { 0 });
        pushed.push(one);
    }
    if written > limit { Err(written_too_large(limit)) } else { Ok(pushed) }
}

impl SyncMutation {
    fn value_text(&self) -> &str {
        self.value.as_ref().map_or("", FreeJson::as_str)
    }

    /// The mutation with its decoded change, or its refusal.
    ///
    /// # Errors
    /// `internal` only.
    fn into_pushed(self, kinds: &Registry, limits: DataLimits) -> Result<Pushed, ApiError> {
        let kind = kinds.find(&self.collection).cloned();
        let request = serde_json::to_vec(&self).map_err(ApiError::internal)?;
        let request_hash = digest(&SHA256, &request).as_ref().to_vec();
        let bytes = self.value_text().len();
        let change = match self.change(kind.as_ref(), limits) {
            Err(error) if error.code == ErrorCode::Internal => return Err(error),
            change => change,
        };
        Ok(Pushed { number: self.id, kind, key: self.key, request_hash, bytes, change })
    }

    fn change(&self, kind: Option<&Kind>, limits: DataLimits) -> Result<Change, ApiError> {
        let Some(kind) = kind else {
            let detail = format!("there is no collection {}", Quoted(&self.collection));
            return Err(ApiError::invalid(vec![FieldError::new("/collection", "unknown_collection", detail)]));
        };
        let SyncMutation { op, base_revision, .. } = *self;
        let raw = RawMutation { op, key: &self.key, base_revision, value: self.value.as_ref(), limits };
        if self.key.is_empty() || self.key.contains('\0') || self.key.chars().count() > MAX_KEY_CHARS {
            let key: Result<(), _> = Err(raw.invalid("/key", "must have 1 to 128 characters, none of them U+0000"));
            let decoded = kind.decode(&raw).map_err(|mut error| {
                error.errors.retain(|one| one.pointer != "/key");
                error
            });
            ApiError::both(key, decoded)?;
        }
        kind.decode(&raw)
    }
}
