//! The pull: rows that changed since a cursor.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::change::SyncChange;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Problem, Query};
use crate::json::{PageBytes, PageLimit, Timestamp};
use crate::state::AppState;
use crate::sync::cursor::CursorParam;
use crate::sync::pull::{PageSize, Pull, Wanted};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SyncChangesQuery {
    /// The `cursor` of the page before. Without it, the pull starts from the beginning.
    #[param(value_type = Option<String>)]
    cursor: Option<CursorParam>,
    /// Names of collections, separated by commas. Without it, all that sync. Unknown names are left out and named in the answer.
    collections: Option<String>,
    /// The most rows of the page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 200, default = 50)]
    limit: PageLimit,
    /// The most bytes of the page, about. A first row that is larger is a page of its own.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 4_194_304, default = 4_194_304)]
    #[serde(rename = "maxBytes")]
    max_bytes: PageBytes,
}

/// A page of changed rows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncPage {
    epoch: Uuid,
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

/// Pull the rows that changed since a cursor.
///
/// Each page is a snapshot. Different pages are of different moments, so a child may come before its parent. A collection that is not in the cursor
/// starts from the beginning. Without changes, the server reads one row.
#[utoipa::path(tag = "sync", extensions(("x-rate-limit" = json!("sync"))), params(SyncChangesQuery), responses(
    (status = 200, description = "A page of changes.", body = SyncPage),
    (status = 410, description = "`resync_required`: the cursor can't be continued. `reason` says why.", body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/sync/changes")]
pub async fn sync_changes(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<SyncChangesQuery>,
) -> Result<web::Json<SyncPage>, ApiError> {
    let wanted = Wanted::of(&state.kinds, query.collections.as_deref().map(|names| names.split(',')));
    let cursor = query.cursor.map(|CursorParam(cursor)| cursor);
    let bytes = i64::from(query.max_bytes.0).min(state.config.data.page_bytes);
    let size = PageSize { rows: usize::from(query.limit.0), bytes, whole_first_row: true };
    let pull = Pull { epoch: state.epoch, cursor, kinds: wanted.kinds, size };
    let page = pull.next_page(&state.db, &caller.owner).await.map_err(|error| error.under("/query"))?;
    Ok(web::Json(SyncPage {
        epoch: page.cursor.epoch,
        changes: page.changes.into_iter().map(SyncChange::from).collect(),
        cursor: page.cursor.encode(),
        has_more: page.has_more,
        unknown_collections: wanted.unknown,
        unknown_collections_omitted: wanted.unknown_omitted,
        server_time: Timestamp::now(),
    }))
}

/// For members that are left out if they are 0.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}
