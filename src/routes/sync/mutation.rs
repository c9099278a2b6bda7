//! One mutation of a push: from the wire to what it does. What is wrong with it is its own affair: it becomes a refusal, never an error of the
//! request.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::changes::source;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::project::ProjectChanges;
use crate::routes::assets::requests::UpdateAssetRequest;
use crate::routes::chat::batch::{NewMessage, columns_of};
use crate::routes::chat::sessions::CreateSessionRequest;
use crate::routes::projects::requests::PutProjectRequest;
use crate::sync::collections::{Change, DeleteRecord, PutRecord, Registry};
use crate::sync::projects::ProjectChange;
use crate::sync::pull::Source;
use crate::sync::push::{Effect, Pushed};
use crate::wire::{Check, FreeJson, Object, decode};

const MAX_KEY_CHARS: usize = 128;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncOp {
    /// Create, change or restore.
    Put,
    Delete,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncMutation {
    /// Counts up per client: 1 for its first mutation, then one more each.
    #[schema(minimum = 1, example = 1)]
    pub id: i64,
    #[schema(example = "chatMessages")]
    collection: String,
    op: SyncOp,
    /// The row's id; for a message that is not stored yet, its temporary id.
    #[schema(min_length = 1, max_length = 128)]
    key: String,
    /// The revision that this was made from; 0 for a new row. Chats have none.
    #[schema(minimum = 0)]
    base_revision: Option<i64>,
    /// What to put, in the shape of the REST request for it.
    value: Option<FreeJson>,
}

impl SyncMutation {
    /// An unknown collection is an error of the request: nobody could answer for its rows.
    pub fn into_pushed(self, registry: Registry) -> Result<Pushed, ApiError> {
        let source = source(&self.collection, "/mutations")?;
        let request_hash = Sha256::digest(serde_json::to_vec(&self).map_err(ApiError::internal)?).to_vec();
        let effect = match self.effect(source, registry) {
            Ok(effect) => effect,
            Err(error) if error.code == ErrorCode::Internal => return Err(error),
            Err(error) => Effect::Refused(error),
        };
        Ok(Pushed { number: self.id, source, key: self.key, request_hash, effect })
    }

    fn effect(&self, source: Source, registry: Registry) -> Result<Effect, ApiError> {
        if self.key.is_empty() || self.key.contains('\0') || self.key.chars().count() > MAX_KEY_CHARS {
            return Err(invalid("/key", "must have 1 to 128 characters, none of them U+0000"));
        }
        match (source.name, self.op) {
            ("projects", SyncOp::Put) => {
                let body: PutProjectRequest = self.read()?;
                let changes: ProjectChanges = body.into_changes();
                Ok(Effect::Project(ProjectChange::Put { base_revision: self.base()?, changes }))
            }
            ("projects", SyncOp::Delete) => {
                Ok(Effect::Project(ProjectChange::Delete { base_revision: self.base_revision }))
            }
            ("chatSessions", SyncOp::Put) => {
                let body: CreateSessionRequest = self.read()?;
                Ok(Effect::PutSession(self.uuid()?, body.into_content()))
            }
            ("chatSessions", SyncOp::Delete) => Ok(Effect::DeleteSession(self.uuid()?)),
            ("chatMessages", SyncOp::Put) => {
                let message: NewMessage = self.read()?;
                Ok(Effect::PutMessage(columns_of(vec![message.under_key(&self.key)])))
            }
            ("assets", SyncOp::Put) => {
                let body: UpdateAssetRequest = self.read()?;
                Ok(Effect::LabelAsset(self.uuid()?, body.into_changes()))
            }
            ("assets", SyncOp::Delete) => Ok(Effect::DeleteAsset(self.uuid()?)),
            ("chatMessages", SyncOp::Delete) => Err(invalid("/op", "messages go with their session only")),
            (name, op) => {
                let definition = registry.find(name).ok_or_else(ApiError::not_found)?;
                let id = self.key.clone();
                Ok(Effect::Record(match op {
                    SyncOp::Put => Change::Put(PutRecord::new(definition, id, self.value()?.clone(), self.base()?)?),
                    SyncOp::Delete => {
                        Change::Delete(DeleteRecord { definition, id, base_revision: self.base_revision })
                    }
                }))
            }
        }
    }

    fn read<T: Check + for<'de> Deserialize<'de>>(&self) -> Result<T, ApiError> {
        let below_value = |error: ApiError| error.under("/value");
        let Object(value) = decode::<Object<T>>(self.value()?.as_str().as_bytes()).map_err(below_value)?;
        value.checked().map_err(below_value)?;
        Ok(value)
    }

    fn value(&self) -> Result<&FreeJson, ApiError> {
        self.value.as_ref().ok_or_else(|| invalid("/value", "a put needs a value"))
    }

    fn base(&self) -> Result<i64, ApiError> {
        match self.base_revision {
            Some(base) if base >= 0 => Ok(base),
            _ => Err(invalid("/baseRevision", "must be given, 0 for a new row")),
        }
    }

    fn uuid(&self) -> Result<Uuid, ApiError> {
        self.key.parse().map_err(|_| invalid("/key", "must be a UUID"))
    }
}

fn invalid(pointer: &'static str, detail: &'static str) -> ApiError {
    ApiError::invalid(vec![FieldError::new(pointer, "invalid_value", detail)])
}
