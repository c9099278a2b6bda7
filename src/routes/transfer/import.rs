//! Imports: the body is handed on as it arrives; how long that takes is the client's affair, as long as it goes on.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::{HttpRequest, get, post, web};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::document::ExportDocument;
use super::include::Include;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::{ApiError, ErrorCode};
use crate::routes::http::json::require_json;
use crate::routes::http::{Problem, Query};
use crate::sync::transfer::{Feed, ImportMode, ImportOptions, ImportReport, Packing, body, too_large};
use crate::wire::check::Report;
use crate::wire::{Flag, Timestamp};

/// A client that sends nothing for this long is gone.
const STALL: Duration = Duration::from_secs(30);
const MAX_MUTATION_ID_CHARS: usize = 128;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What happens to rows that the document does not name: `merge` leaves them, `replace` deletes them in the collections that the document has.
    #[serde(default)]
    #[param(value_type = Option<ImportMode>)]
    mode: ImportMode,
    /// 1: only tell what would happen.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    dry_run: Flag,
    /// Names of collections, separated by commas; others in the document are left alone. None: all.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "conversations,interactions")]
    include: Include,
    /// Names this import: a repeat has no second effect and the same answer.
    #[param(min_length = 1, max_length = 128)]
    mutation_id: Option<String>,
}

/// Import a document.
///
/// Takes what `GET /api/export` gives, what LiteChat exports, and a single conversation or project; all or nothing. Rows are checked like any other
/// write. A row that is stored with another content, or was deleted, becomes what the document says; messages keep their ids and their order. A second time changes
/// nothing. The document may be packed (`Content-Encoding: gzip`) and is read as it arrives; meanwhile other writes go on, and while it is applied other
/// writes of this person wait, or get a 503.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(ImportQuery), request_body = ExportDocument, responses(
    (status = 200, description = "What was done, or would be.", body = ImportReport),
    (status = 409, description = "`id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`validation_failed`, `secret_in_clear`: `errors` points to the rows that can't be taken. Nothing was stored.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/import")]
pub async fn import_document(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ImportQuery>,
    payload: web::Payload,
) -> Result<web::Json<ImportReport>, ApiError> {
    require_json(&request)?;
    let mut report = Report::default();
    report.within("query", |report| {
        report.optional_text("mutationId", query.mutation_id.as_deref(), 1, MAX_MUTATION_ID_CHARS);
    });
    report.into_result()?;
    let server = &state.config.server;
    let options = ImportOptions {
        mode: query.mode,
        dry_run: query.dry_run.0,
        sections: query.include.sections(state.collections)?,
        packing: packing(&request)?,
        max_bytes: server.max_import_bytes,
        max_project_bytes: server.max_project_bytes,
        mutation_id: query.mutation_id,
    };
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > server.max_import_bytes) {
        return Err(too_large(server.max_import_bytes));
    }
    let (feed, body) = body();
    let work = state.transfers.import(&state.spaces, &caller.owner, options, body);
    let (report, ()) = futures_util::join!(work, hand_on(payload, feed));
    report.map(web::Json)
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// Its document is read.
    Reading,
    /// Its rows are written.
    Applying,
}

/// An import that is under way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportProgress {
    phase: ImportPhase,
    /// Rows that have been read and are good.
    row_count: i64,
    started_at: Timestamp,
}

/// See how far an import is.
///
/// Null where none of this person is under way.
#[utoipa::path(tag = "transfer", responses((status = 200, description = "The import that is under way.", body = Option<ImportProgress>)))]
#[get("/api/import")]
pub async fn get_import(
    state: web::Data<AppState>,
    caller: CurrentUser,
) -> Result<web::Json<Option<ImportProgress>>, ApiError> {
    let found = state.transfers.progress(&caller.owner).await?;
    Ok(web::Json(found.map(|import| ImportProgress {
        phase: if import.applying { ImportPhase::Applying } else { ImportPhase::Reading },
        row_count: import.row_count,
        started_at: import.started_at,
    })))
}

fn packing(request: &HttpRequest) -> Result<Packing, ApiError> {
    match request.headers().get(CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"identity") => Ok(Packing::Plain),
        Some(b"gzip") => Ok(Packing::Gzip),
        Some(_) => Err(ApiError::new(ErrorCode::UnsupportedMediaType, "Send the document plain, or packed by gzip.")),
    }
}

/// Until the body ends, breaks, stands still, or nobody wants more of it.
async fn hand_on(mut payload: web::Payload, feed: Feed) {
    loop {
        match tokio::time::timeout(STALL, payload.next()).await {
            Ok(Some(Ok(chunk))) => {
                if !feed.chunk(chunk).await {
                    return;
                }
            }
            Ok(None) => return feed.end().await,
            Ok(Some(Err(error))) => {
                let broken = ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole. Nothing was stored.");
                return feed.broken(broken.caused_by(error)).await;
            }
            Err(_elapsed) => {
                let detail = "Nothing arrived for 30 seconds. Nothing was stored; send the document again.";
                return feed.broken(ApiError::new(ErrorCode::Timeout, detail)).await;
            }
        }
    }
}
