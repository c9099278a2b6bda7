//! A conversation as a document.

use actix_web::{HttpResponse, get, web};
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::http::{CurrentUser, Path};
use crate::kinds::collections::conversations::Conversation;
use crate::kinds::collections::exports;
use crate::kinds::collections::interactions::Interaction;
use crate::routes::transfer::export::{answer, stored};
use crate::state::AppState;
use crate::transfer::Export;

/// A conversation and what was said in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: PostgreSQL writes it")]
pub struct ConversationExport {
    conversation: Conversation,
    /// In their order.
    interactions: Vec<Interaction>,
}

/// Export a conversation with its interactions.
#[utoipa::path(tag = "transfer", extensions(("x-rate-limit" = json!("batch"))), params(("id" = String, Path, description = "The conversation.", min_length = 1, max_length = 128)),
    responses((status = 200, description = "`{conversation, interactions}`.", body = ConversationExport)))]
#[get("/api/conversations/{id}/export")]
pub async fn export_conversation(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(&state, &caller, Export::Parts(exports::conversation(stored(id)?)), "conversation").await
}
