//! Imports. The body is forwarded while it arrives. It may take as long as it arrives at a minimum rate.

use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpRequest, get, post, web};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use utoipa::{IntoParams, ToSchema};

use super::document::ExportDocument;
use super::include::Include;
use crate::error::{ApiError, ErrorCode};
use crate::http::CurrentUser;
use crate::http::body::{Coding, wire};
use crate::http::extract::json::require_json;
use crate::http::{Problem, Query};
use crate::json::check::ValidationErrors;
use crate::json::{Flag, Timestamp};
use crate::state::AppState;
use crate::transfer::{Feed, ImportMode, ImportOptions, ImportReport, Packing, body, too_large};

/// A request without bytes for this long is ended.
const STALL: Duration = Duration::from_secs(30);
/// Bytes per second that a body needs on average, beyond the time limit of an import.
const MIN_BYTES_PER_SEC: f64 = 4_000.0;
const MAX_MUTATION_ID_CHARS: usize = 128;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What happens to rows that the document does not name: `merge` leaves them unchanged, `replace` deletes them in the collections that the
    /// document has.
    #[serde(default)]
    #[param(value_type = Option<ImportMode>)]
    mode: ImportMode,
    /// 1: report what would happen, without a change.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    dry_run: Flag,
    /// 1: nothing is mended, and nothing is imported if a row can't be.
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, maximum = 1, default = 0)]
    strict: Flag,
    /// Names of collections, separated by commas. Others in the document are ignored. Without it, all are imported.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "conversations,interactions")]
    include: Include,
    /// The id of this import. A repeat has no second effect and gets the same answer.
    #[param(min_length = 1, max_length = 128)]
    mutation_id: Option<String>,
}

/// Import a document.
///
/// It imports documents of `GET /api/export` and of LiteChat, with its agents and MCP servers, a single conversation or project, a project with the
/// projects and conversations in it (`children`), and a list of such documents. Conversations as ChatGPT and LibreChat export them, alone or in a
/// list, become rows of `conversations` and `interactions`. Rows are checked like any other write. What is certain
/// is mended: a byte order mark, NUL and unpaired surrogates, times as milliseconds, ids that are missing or numbers, a row that the document or the
/// account has already, a name in use (it gets a number), a project without its parent (it is at the top), contents of files that make a row too large
/// (they are left out, and are among the errors of the report too). The setting `landfall:sealing` is created only: a stored one stays.
/// Other rows that can't be imported are skipped: the report has their place and their number. With `strict=1` nothing is mended, and one
/// such row refuses the document. A dry run has the report of the import.
///
/// A row that is stored with another content, or was deleted, gets the document's content. Messages keep their ids and their order. A
/// repeated import changes nothing. The document may be compressed (`Content-Encoding: gzip`). It is read while it arrives, and other writes
/// continue. While it is applied, other writes of the user wait, or get a 503. A user has one import at a time. An import whose client disconnects
/// before it is written stores nothing.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch")), ("x-timeout" = json!("stream"))), params(ImportQuery), request_body = ExportDocument, responses(
    (status = 200, description = "The counts of changed rows, or of the rows that would change. Some rows may be skipped.", body = ImportReport),
    (status = 409, description = "`id_conflict`: the mutationId is in use for another request.", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`validation_failed`, `secret_in_clear`: the document has no known collection, or (`strict`) rows that can't be imported. Nothing was stored.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/import")]
pub async fn import_document(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Query(query): Query<ImportQuery>,
    payload: web::Payload,
) -> Result<web::Json<ImportReport>, ApiError> {
    require_json(&request).await?;
    let mut errors = ValidationErrors::default();
    errors.within("query", |errors| {
        errors.optional_text("mutationId", query.mutation_id.as_deref(), 1, MAX_MUTATION_ID_CHARS);
    });
    errors.into_result()?;
    let server = &state.config.server;
    let options = ImportOptions {
        mode: query.mode,
        dry_run: query.dry_run.0,
        strict: query.strict.0,
        kinds: query.include.kinds(&state.kinds)?,
        packing: packing(&request)?,
        max_bytes: server.max_import_bytes,
        limits: state.config.data,
        timeout: server.import_timeout,
        mutation_id: query.mutation_id,
    };
    let content_length =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if content_length.is_some_and(|length| length > server.max_import_bytes) {
        return Err(too_large(server.max_import_bytes));
    }
    let (feed, body) = body();
    let work = state.transfers.import(&state.writer, &caller.owner, options, body);
    let (report, ()) = futures_util::join!(work, forward_body(payload, feed, server.import_timeout));
    report.map(web::Json)
}

/// The phase of an import.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportPhase {
    /// The document is read.
    Reading,
    /// The rows are written.
    Applying,
}

/// A running import.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportProgress {
    phase: ImportPhase,
    /// The number of valid rows that were read.
    row_count: i64,
    started_at: Timestamp,
}

/// Get the progress of an import.
///
/// Null if the user has no running import.
#[utoipa::path(tag = "transfer", responses((status = 200, description = "The running import.", body = Option<ImportProgress>)))]
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
    Ok(match Coding::of(request.headers())? {
        Coding::Plain => Packing::Plain,
        Coding::Gzip => Packing::Gzip,
    })
}

/// Forwards the body until it ends, fails, stalls, or the import has ended. After `limit` it needs a minimum rate.
async fn forward_body(mut payload: web::Payload, feed: Feed, limit: Duration) {
    let started = Instant::now();
    let mut bytes = 0;
    loop {
        let slow = started + limit + Duration::from_secs_f64(bytes as f64 / MIN_BYTES_PER_SEC);
        match timeout_at(slow.min(Instant::now() + STALL), payload.next()).await {
            Ok(Some(Ok(chunk))) => {
                bytes += chunk.len();
                if !feed.chunk(chunk).await {
                    return;
                }
            }
            Ok(None) => return feed.end().await,
            Ok(Some(Err(error))) => return feed.broken(wire::explain(error)).await,
            Err(_elapsed) => {
                let detail = match Instant::now() < slow {
                    true => "Nothing arrived for 30 seconds. Nothing was stored; send the document again.",
                    false => "The document arrives too slowly. Nothing was stored; send it again.",
                };
                return feed.broken(ApiError::new(ErrorCode::Timeout, detail)).await;
            }
        }
    }
}
