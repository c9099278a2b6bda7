//! The outcomes of mutations, by number.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::push::{MAX_CLIENT_ID_CHARS, MAX_NUMBER, SyncResult};
use crate::error::ApiError;
use crate::http::{CurrentUser, Json};
use crate::json::Check;
use crate::json::check::ValidationErrors;
use crate::state::AppState;
use crate::sync::outcomes;

/// A question for the outcomes of a client's mutations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncOutcomesRequest {
    /// The `clientId` of the pushes.
    #[schema(example = "device-7f3a", min_length = 1, max_length = 128)]
    client_id: String,
    /// The number of the first mutation.
    #[schema(minimum = 1, example = 1)]
    from: i64,
    /// Closes the `clientId`: later pushes under it are refused with `mutation_gap`. What has no outcome then is not stored and can't be stored any
    /// more, so it may be sent under a new `clientId`.
    #[serde(default)]
    close: bool,
}

impl Check for SyncOutcomesRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("clientId", &self.client_id, 1, MAX_CLIENT_ID_CHARS);
        if !(1..=MAX_NUMBER).contains(&self.from) {
            errors.add("from", "invalid_value", "must be 1 to 2^53 - 1");
        }
    }
}

/// The stored outcomes of a client's mutations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncOutcomes {
    /// In order of their numbers, without gaps from `from` on, at most 500. Those that changed a row are `duplicate`. A conflict has no `server`, and
    /// only results of stored rows have a `key`.
    results: Vec<SyncResult>,
    /// The highest number with an outcome; 0 without one.
    answered: i64,
}

/// Ask for the outcomes of mutations by number.
///
/// A client whose push was not answered learns what was stored, without sending the mutations again. Numbers above `answered` have no outcome yet.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), responses(
    (status = 200, description = "The stored outcomes.", body = SyncOutcomes),
))]
#[post("/api/sync/outcomes")]
pub async fn sync_outcomes(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SyncOutcomesRequest>,
) -> Result<web::Json<SyncOutcomes>, ApiError> {
    let SyncOutcomesRequest { client_id, from, close } = body;
    let found = match close {
        true => outcomes::close(&state.writer, &caller.owner, client_id, from).await?,
        false => outcomes::outcomes(&state.db, &caller.owner, &client_id, from).await?,
    };
    let results = found.results.into_iter().map(SyncResult::from).collect();
    Ok(web::Json(SyncOutcomes { results, answered: found.answered }))
}
