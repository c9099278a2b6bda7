//! Reads in the envelope.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{Envelope, RefusedEnvelope, answer};
use crate::error::ApiError;
use crate::http::{CurrentUser, Path, Query};
use crate::kinds::assistants::wire::Assistant;
use crate::routes::assistants::read::{AssistantPage, ListAssistantsQuery, find, page};
use crate::state::AppState;

/// A page of the market's first client.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlatPage {
    data: Vec<Assistant>,
    page: i64,
    page_size: i64,
    total: i64,
}

/// List assistants, in an envelope.
///
/// As `GET /api/assistants`.
#[utoipa::path(tag = "assistants", params(ListAssistantsQuery), responses(
    (status = 200, description = "A page.", body = Envelope<FlatPage>),
    (status = 400, description = "The query is not valid.", body = RefusedEnvelope),
    (status = 403, description = "`forbidden`: the scope `review` is for administrators.", body = crate::http::Problem, content_type = "application/problem+json"),
))]
#[get("/api/compat/assistants")]
pub async fn list_compat_assistants(
    state: web::Data<AppState>,
    caller: CurrentUser,
    query: Result<Query<ListAssistantsQuery>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let listed = async {
        let Query(query) = query?;
        let AssistantPage { data, pagination } = page(&state, &caller, &query).await?;
        let (page, page_size, total) = (pagination.page, pagination.page_size, pagination.total);
        Ok((StatusCode::OK, FlatPage { data, page, page_size, total }))
    };
    answer(listed.await)
}

/// Read an assistant, in an envelope.
///
/// As `GET /api/assistants/{id}`.
#[utoipa::path(tag = "assistants", params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128)), responses(
    (status = 200, description = "The assistant.", body = Envelope<Assistant>),
    (status = 404, description = "There is no such assistant.", body = RefusedEnvelope),
))]
#[get("/api/compat/assistants/{id}")]
pub async fn get_compat_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    answer(find(&state, &caller, &id).await.map(|found| (StatusCode::OK, found)))
}
