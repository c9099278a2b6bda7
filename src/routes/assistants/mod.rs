//! `/api/assistants/*`: the market of assistants.

pub mod compat;
pub mod read;
pub mod review;
mod versioned;
pub mod write;

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;

use crate::http::extract::if_match::etag;
use crate::kinds::assistants::wire::Assistant;
use crate::models::assistant::AssistantRecord;

/// The row for its owner or an administrator, with its ETag.
fn stored(row: AssistantRecord, created: bool) -> HttpResponse {
    let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, etag(row.revision))).json(Assistant::from(row))
}
