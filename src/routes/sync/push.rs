//! The push, with a pull in the same request.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::SyncChange;
use super::changes::is_zero;
use super::mutation::{SyncMutation, into_pushed};
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::Problem;
use crate::http::extract::json::DocumentJson;
use crate::http::problem::Rejected;
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits, PageBytes, PageLimit, Timestamp, objects};
use crate::models::idempotency_record::CLOSED;
use crate::state::AppState;
use crate::sync::cursor::CursorParam;
use crate::sync::exchange::exchange;
use crate::sync::pull::{PageSize, Pull, Wanted};
use crate::sync::push::{ConflictRow, PushRequest, PushResult, PushStatus};

const MAX_MUTATIONS: usize = DataLimits::PUSH_MUTATIONS;
pub(super) const MAX_CLIENT_ID_CHARS: usize = DataLimits::ID_CHARS;
/// JavaScript holds no larger number exactly.
pub(super) const MAX_NUMBER: i64 = CLOSED - 1;

/// A push and a pull.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "clientId": "device-7f3a", "schemaVersion": 2, "mutations": [{ "id": 1, "collection": "tags", "op": "put", "key": "tide", "baseRevision": 0, "value": { "name": "tide" } }], "limit": 50 }))]
pub struct SyncRequest {
    /// The name under which the device numbers its mutations. A new one begins at 1.
    #[schema(example = "device-7f3a", min_length = 1, max_length = 128)]
    client_id: String,
    /// The version of the wire format: 2. The server does not use it yet.
    #[expect(dead_code, reason = "a part of the wire format that the server does not use yet")]
    #[schema(example = 2)]
    schema_version: Option<i64>,
    /// The collections to pull. Without it, all that sync. Unknown names are left out and named in the answer.
    collections: Option<Vec<String>>,
    /// The `cursor` of the page before. Without it, the pull starts from the beginning.
    #[schema(value_type = Option<String>)]
    cursor: Option<CursorParam>,
    /// At most 500, in order of their numbers.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 500)]
    mutations: Vec<SyncMutation>,
    /// The most changes of the page, 1 to 200.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The most bytes of the page, about; 4 MiB without it. Unlike a pull's, the page of a push never exceeds it for the sake of one large row, so that
    /// results don't wait for the row: with 0, no changes are read.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 4_194_304)]
    max_bytes: Option<PageBytes>,
}

impl Check for SyncRequest {
    const IS_LIMITED_AS_WRITTEN: bool = false;

    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("clientId", &self.client_id, 1, MAX_CLIENT_ID_CHARS);
        if self.mutations.len() > MAX_MUTATIONS {
            errors.add("mutations", "invalid_length", format!("must have at most {MAX_MUTATIONS} mutations"));
        }
        for (index, mutation) in self.mutations.iter().enumerate() {
            if !(1..=MAX_NUMBER).contains(&mutation.id) {
                errors.within(format_args!("mutations/{index}"), |errors| {
                    errors.add("id", "invalid_value", "must be 1 to 2^53 - 1");
                });
            }
        }
    }
}

/// The status of a mutation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    Applied,
    /// An earlier request applied it. The result is that of the first time.
    Duplicate,
    /// Another revision is stored. `server` has it, unless `serverOmitted`.
    Conflict,
    /// It is refused, also when it is repeated. `error` says why. Its number is used up.
    Rejected,
}

/// The result of one mutation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncResult {
    id: i64,
    status: SyncStatus,
    /// The row's id now. It replaces the temporary id of a message.
    key: String,
    /// The row's revision. Null if the mutation was not applied.
    #[schema(required = true)]
    revision: Option<i64>,
    /// The stored row of a conflict. Null if there is none, and if it does not fit into the answer.
    #[schema(required = true)]
    server: Option<SyncChange>,
    /// True if there is a stored row that does not fit into the answer: read it with `GET /api/sync/row`. The first row of an answer always fits.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    server_omitted: bool,
    /// The error of a rejected mutation.
    #[schema(required = true)]
    error: Option<Rejected>,
}

/// The results of a push, and a page of changed rows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncResponse {
    epoch: Uuid,
    /// One result for each mutation, in their order.
    results: Vec<SyncResult>,
    /// The rows that changed since the cursor, including those that this push changed.
    changes: Vec<SyncChange>,
    /// The cursor of the next page. Save it together with the changes.
    cursor: String,
    /// True if there are more changes now.
    has_more: bool,
    /// The wanted collections that the server does not know, 50 at most. They are left out of the changes.
    #[schema(max_items = 50)]
    unknown_collections: Vec<String>,
    /// The number of unknown collections that `unknownCollections` does not name.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    unknown_collections_omitted: u64,
    server_time: Timestamp,
}

/// Push mutations and pull changed rows.
///
/// Mutations are applied in their order, each exactly once: its outcome is stored with its effect, and a repeated request is answered from the stored
/// outcomes. A refused mutation does not stop the others. `value` has the shape of the REST request of its collection. Pointers of a result's errors
/// are relative to the mutation: `/key`, `/baseRevision`, `/value/parentId`.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), request_body = SyncRequest, responses(
    (status = 200, description = "The results of the mutations, and a page of changes.", body = SyncResponse),
    (status = 409, description = "`mutation_gap`: an earlier mutation of this client is missing. `id_conflict`: a number was used for another mutation. Nothing was changed.", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "`resync_required`: the cursor can't be continued. `reason` says why. Mutations may be stored already: send them again unchanged, they have no second effect.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/sync")]
pub async fn sync(
    state: web::Data<AppState>,
    caller: CurrentUser,
    DocumentJson(body): DocumentJson<SyncRequest>,
) -> Result<web::Json<SyncResponse>, ApiError> {
    let kinds = &state.kinds;
    let wanted = Wanted::of(kinds, body.collections.as_ref().map(|names| names.iter().map(String::as_str)));
    let cursor = body.cursor.map(|CursorParam(cursor)| cursor);
    let page_bytes = state.config.data.page_bytes;
    let size = PageSize {
        rows: usize::from(body.limit.0),
        bytes: body.max_bytes.map_or(page_bytes, |most| i64::from(most.0).min(page_bytes)),
        whole_first_row: body.max_bytes.is_none(),
    };
    let pull = Pull { epoch: state.epoch, cursor, kinds: wanted.kinds, size };
    let data = state.config.data;
    let mutations = into_pushed(body.mutations, kinds, data, state.config.document_body_bytes())?;
    let request = PushRequest { client_id: body.client_id, mutations };
    let (results, page) = exchange(&state.db, &state.writer, &caller.owner, kinds, request, pull).await?;
    results.iter().for_each(|result| state.metrics.count_mutation(result));
    Ok(web::Json(SyncResponse {
        epoch: state.epoch,
        results: results.into_iter().map(SyncResult::from).collect(),
        changes: page.changes.into_iter().map(SyncChange::from).collect(),
        cursor: page.cursor.encode(),
        has_more: page.has_more,
        unknown_collections: wanted.unknown,
        unknown_collections_omitted: wanted.unknown_omitted,
        server_time: Timestamp::now(),
    }))
}

impl From<PushResult> for SyncResult {
    fn from(result: PushResult) -> Self {
        let PushResult { number, key, status, .. } = result;
        let result = |status, revision, server, error| Self {
            id: number,
            status,
            key,
            revision,
            server,
            server_omitted: false,
            error,
        };
        match status {
            PushStatus::Applied { revision } => result(SyncStatus::Applied, Some(revision), None, None),
            PushStatus::Duplicate { revision } => result(SyncStatus::Duplicate, Some(revision), None, None),
            PushStatus::Conflict(ConflictRow::Stored(kind, row)) => {
                result(SyncStatus::Conflict, None, Some(SyncChange::from((kind, row))), None)
            }
            PushStatus::Conflict(ConflictRow::Missing) => result(SyncStatus::Conflict, None, None, None),
            PushStatus::Conflict(ConflictRow::Omitted) => {
                Self { server_omitted: true, ..result(SyncStatus::Conflict, None, None, None) }
            }
            PushStatus::Rejected(error) => result(SyncStatus::Rejected, None, None, Some(Rejected::from(error))),
        }
    }
}
