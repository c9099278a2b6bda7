//! Push and pull in one request.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::SyncChange;
use super::changes::sources;
use super::mutation::SyncMutation;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::routes::http::problem::Rejected;
use crate::routes::http::{Json, Problem};
use crate::sync::cursor::GivenCursor;
use crate::sync::pull::Pull;
use crate::sync::push::{PushResult, PushStatus, push};
use crate::wire::check::Report;
use crate::wire::{Check, PageLimit, Timestamp, objects};

const MAX_MUTATIONS: usize = 500;
const MAX_CLIENT_ID_CHARS: usize = 128;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncRequest {
    /// The device's own name; a new one begins at mutation 1.
    #[schema(example = "device-7f3a", min_length = 1, max_length = 128)]
    client_id: String,
    /// Which schema the device has; for the logs.
    #[expect(dead_code, reason = "part of the contract; nothing depends on it yet")]
    schema_version: Option<i64>,
    /// What to pull; none: all that sync.
    collections: Option<Vec<String>>,
    /// The `cursor` of the page before; none: from the beginning.
    #[schema(value_type = Option<String>)]
    cursor: Option<GivenCursor>,
    /// At most 500, in the device's order.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 500)]
    mutations: Vec<SyncMutation>,
    /// How many changes at most: 1 to 200.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
}

impl Check for SyncRequest {
    fn check(&self, report: &mut Report) {
        report.text("clientId", &self.client_id, 1, MAX_CLIENT_ID_CHARS);
        if self.mutations.len() > MAX_MUTATIONS {
            report.add("mutations", "invalid_length", format!("must have at most {MAX_MUTATIONS} mutations"));
        }
        for (index, mutation) in self.mutations.iter().enumerate() {
            if mutation.id < 1 {
                report.within(format_args!("mutations/{index}"), |report| {
                    report.add("id", "invalid_value", "must be 1 or more");
                });
            }
        }
    }
}

/// What became of a mutation.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    Applied,
    /// An earlier request had applied it; the answer is the one of then.
    Duplicate,
    /// Another revision is stored: `server`.
    Conflict,
    /// It will never pass: `error` says why. Its number is used up all the same.
    Rejected,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncResult {
    id: i64,
    status: SyncStatus,
    /// The row's id now: a temporary one has become a real one.
    key: String,
    /// The row's revision; null where it was not applied.
    #[schema(required = true)]
    revision: Option<i64>,
    /// Of a conflict: what is stored; null where there is nothing.
    #[schema(required = true)]
    server: Option<SyncChange>,
    /// Of a rejection: why.
    #[schema(required = true)]
    error: Option<Rejected>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncResponse {
    epoch: Uuid,
    /// One for each mutation, in their order.
    results: Vec<SyncResult>,
    /// What changed since the cursor, the effects of this push among it.
    changes: Vec<SyncChange>,
    /// Where the next page begins. Save it together with the changes.
    cursor: String,
    /// Whether to pull again at once.
    has_more: bool,
    server_time: Timestamp,
}

/// Push mutations and pull what changed.
///
/// Mutations are applied in their order, each exactly once: its outcome is stored with its effect, and a request that is sent again is answered from
/// there. One that is refused holds no other back. `value` has the shape of the REST request of its collection.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), responses(
    (status = 200, description = "Every mutation has its result.", body = SyncResponse),
    (status = 409, description = "`mutation_gap`: an earlier mutation of this client is missing. `id_conflict`: a number was used for another mutation. Nothing was changed.", body = Problem, content_type = "application/problem+json"),
    (status = 410, description = "`resync_required`: the cursor can't be continued; `reason` says why. Nothing was changed.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/sync")]
pub async fn sync(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SyncRequest>,
) -> Result<web::Json<SyncResponse>, ApiError> {
    let sources = sources(body.collections.as_ref().map(|names| names.iter().map(String::as_str)), "/collections")?;
    let cursor = body.cursor.map(|GivenCursor(cursor)| cursor);
    let pull = Pull { epoch: state.epoch, cursor, sources, limit: usize::from(body.limit.0) };
    pull.check(&state.db, &caller.owner).await?;
    let registry = state.collections;
    let mutations =
        body.mutations.into_iter().map(|mutation| mutation.into_pushed(registry)).collect::<Result<Vec<_>, _>>()?;
    let results = push(&state.spaces, &caller.owner, registry, body.client_id, mutations).await?;
    let page = pull.next_page(&state.db, &caller.owner).await?;
    Ok(web::Json(SyncResponse {
        epoch: state.epoch,
        results: results.into_iter().map(SyncResult::from).collect(),
        changes: page.changes.into_iter().map(SyncChange::from).collect(),
        cursor: page.cursor.encode(),
        has_more: page.has_more,
        server_time: Timestamp::now(),
    }))
}

impl From<PushResult> for SyncResult {
    fn from(result: PushResult) -> Self {
        let PushResult { number, key, status } = result;
        let (status, revision, server, error) = match status {
            PushStatus::Applied { revision } => (SyncStatus::Applied, Some(revision), None, None),
            PushStatus::Duplicate { revision } => (SyncStatus::Duplicate, Some(revision), None, None),
            PushStatus::Conflict(row) => (SyncStatus::Conflict, None, row.map(SyncChange::from), None),
            PushStatus::Rejected(error) => (SyncStatus::Rejected, None, None, Some(Rejected::from(error))),
        };
        Self { id: number, status, key, revision, server, error }
    }
}
