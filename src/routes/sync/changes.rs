//! Pull: what changed since a cursor.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::change::SyncChange;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::{ApiError, FieldError};
use crate::routes::http::{Problem, Query};
use crate::sync::cursor::GivenCursor;
use crate::sync::pull::{Page, Pull, Source, all_sources, find_source};
use crate::wire::{PageLimit, Timestamp};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SyncChangesQuery {
    /// The `cursor` of the page before; none: from the beginning.
    #[param(value_type = Option<String>)]
    cursor: Option<GivenCursor>,
    /// Names of collections, separated by commas; none: all that sync.
    collections: Option<String>,
    /// How many rows at most: 1 to 200. A page also ends at about 4 MiB.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncPage {
    epoch: Uuid,
    changes: Vec<SyncChange>,
    /// Where the next page begins. Save it together with the changes.
    cursor: String,
    /// Whether to ask again at once.
    has_more: bool,
    server_time: Timestamp,
}

/// Pull what changed since a cursor.
///
/// Each page is of one moment; together they are not, so a child may come before its parent. A collection that the cursor doesn't know starts from the
/// beginning. While nothing changed this reads one row.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(SyncChangesQuery), responses(
    (status = 200, description = "A page of changes.", body = SyncPage),
    (status = 410, description = "`resync_required`: the cursor can't be continued; `reason` says why.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/sync/changes")]
pub async fn sync_changes(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<SyncChangesQuery>,
) -> Result<web::Json<SyncPage>, ApiError> {
    let sources = sources(query.collections.as_deref().map(|names| names.split(',')), "/query/collections")?;
    let cursor = query.cursor.map(|GivenCursor(cursor)| cursor);
    let pull = Pull { epoch: state.epoch, cursor, sources, limit: usize::from(query.limit.0) };
    Ok(web::Json(pull.next_page(&state.db, &caller.owner).await?.into()))
}

/// What to pull: the collections of these names, or all that sync.
pub fn sources<'n>(
    names: Option<impl Iterator<Item = &'n str>>,
    pointer: &'static str,
) -> Result<Vec<Source>, ApiError> {
    match names {
        None => Ok(all_sources().collect()),
        Some(names) => names.map(|name| source(name, pointer)).collect(),
    }
}

/// A collection that syncs; `pointer` leads to where its name stands.
pub fn source(name: &str, pointer: &'static str) -> Result<Source, ApiError> {
    find_source(name.trim()).ok_or_else(|| {
        let detail = format!("there is no collection {name:?} that syncs");
        ApiError::invalid(vec![FieldError::new(pointer, "unknown_collection", detail)])
    })
}

impl From<Page> for SyncPage {
    fn from(page: Page) -> Self {
        Self {
            epoch: page.cursor.epoch,
            changes: page.changes.into_iter().map(SyncChange::from).collect(),
            cursor: page.cursor.encode(),
            has_more: page.has_more,
            server_time: Timestamp::now(),
        }
    }
}
