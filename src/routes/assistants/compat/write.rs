//! Writes in the envelope. Members that are not known are ignored: the client sends whole rows back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::envelope::{Envelope, RefusedEnvelope, answer};
use crate::error::{ApiError, FieldError};
use crate::http::{CurrentUser, Json, Path};
use crate::json::check::ValidationErrors;
use crate::json::{Check, DataLimits};
use crate::kinds::assistants::requests::AssistantInput;
use crate::kinds::assistants::status::AssistantStatus;
use crate::kinds::assistants::wire::Assistant;
use crate::kinds::assistants::{self, AssistantChange};
use crate::state::AppState;

const VERSION_MISSING: &str = "must be the version that was changed";

/// An assistant as the market's first client sends it. Members that the server sets are ignored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({ "title": "Tide tables", "desc": "Reads tide tables.", "prompt": "You read tide tables." }))]
pub struct CompatAssistant {
    #[schema(min_length = 1, max_length = 100)]
    title: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    desc: Option<String>,
    #[schema(min_length = 1, max_length = 10)]
    emoji: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    prompt: Option<String>,
    #[schema(max_items = 10)]
    tags: Option<Vec<String>>,
    #[schema(max_items = 10)]
    category: Option<Vec<String>>,
    is_public: Option<bool>,
    status: Option<AssistantStatus>,
    /// The name that the device gave it.
    #[schema(min_length = 1, max_length = 128)]
    temp_id: Option<String>,
    /// The version that a change was made from. Required in a change.
    #[schema(minimum = 0)]
    version: Option<i64>,
}

impl CompatAssistant {
    fn input(&self) -> AssistantInput {
        AssistantInput {
            title: self.title.clone(),
            desc: self.desc.clone(),
            emoji: self.emoji.clone(),
            prompt: self.prompt.clone(),
            tags: self.tags.clone(),
            category: self.category.clone(),
            is_public: self.is_public,
            status: self.status,
        }
    }
}

impl Check for CompatAssistant {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("tempId", self.temp_id.as_deref(), 1, DataLimits::ID_CHARS);
        if self.version.is_some_and(|version| version < 0) {
            errors.add("version", "invalid_value", "must be 0 or more");
        }
        self.input().check(errors);
    }
}

/// A new assistant, with its required members.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct NewCompatAssistant(CompatAssistant);

impl Check for NewCompatAssistant {
    fn check(&self, errors: &mut ValidationErrors) {
        self.0.check(errors);
        if let Err(missing) = self.0.input().complete() {
            errors.extend(missing.errors);
        }
    }
}

/// A change, with its version.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct ChangedCompatAssistant(CompatAssistant);

impl Check for ChangedCompatAssistant {
    fn check(&self, errors: &mut ValidationErrors) {
        self.0.check(errors);
        if self.0.version.is_none() {
            errors.add("version", "missing_member", VERSION_MISSING);
        }
    }
}

/// The id of a deleted assistant.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedAssistant {
    #[schema(example = "V1StGXR8_Z5jdHi6B-myT")]
    id: String,
}

/// Create an assistant, in an envelope.
///
/// As `POST /api/assistants`. Members that the server sets are ignored.
#[utoipa::path(tag = "assistants", request_body = CompatAssistant, responses(
    (status = 201, description = "Created.", body = Envelope<Assistant>),
    (status = 200, description = "The stored assistant with this `tempId`.", body = Envelope<Assistant>),
    (status = 400, description = "The body is not valid.", body = RefusedEnvelope),
    (status = 409, description = "Another assistant has this `tempId`, with other content, or it was deleted.", body = RefusedEnvelope),
))]
#[post("/api/compat/assistants")]
pub async fn create_compat_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    body: Result<Json<NewCompatAssistant>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let created = async {
        let Json(NewCompatAssistant(body)) = body?;
        let input = body.input();
        let change = AssistantChange::Create { temp_id: body.temp_id, input };
        let id = assistants::new_id()?;
        let accepted = assistants::change(&state.writer, &caller.owner, id, change, None).await?;
        let status = if accepted.created { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, Assistant::from(accepted.row)))
    };
    answer(created.await)
}

/// Change an assistant, in an envelope.
///
/// As `PUT /api/assistants/{id}`. Members that the server sets are ignored. A conflict has no copy of the row.
#[utoipa::path(tag = "assistants", params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128)),
    request_body = CompatAssistant, responses(
    (status = 200, description = "Stored.", body = Envelope<Assistant>),
    (status = 400, description = "The body is not valid.", body = RefusedEnvelope),
    (status = 404, description = "There is no such assistant of the caller.", body = RefusedEnvelope),
    (status = 409, description = "Another version is stored.", body = RefusedEnvelope),
))]
#[put("/api/compat/assistants/{id}")]
pub async fn update_compat_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
    body: Result<Json<ChangedCompatAssistant>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let changed = async {
        let Json(ChangedCompatAssistant(body)) = body?;
        let missing = || ApiError::invalid(vec![FieldError::new("/version", "missing_member", VERSION_MISSING)]);
        let base = body.version.ok_or_else(missing)?;
        let change = AssistantChange::Put { base, input: body.input() };
        let accepted = assistants::change(&state.writer, &caller.owner, stored_id(id)?, change, None).await?;
        Ok((StatusCode::OK, Assistant::from(accepted.row)))
    };
    answer(changed.await)
}

/// Delete an assistant, in an envelope.
///
/// At any version. A repeated delete is no error.
#[utoipa::path(tag = "assistants", params(("id" = String, Path, description = "The assistant.", min_length = 1, max_length = 128)), responses(
    (status = 200, description = "Deleted.", body = Envelope<DeletedAssistant>),
    (status = 404, description = "There is no such assistant of the caller.", body = RefusedEnvelope),
))]
#[delete("/api/compat/assistants/{id}")]
pub async fn delete_compat_assistant(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(id): Path<String>,
) -> Result<HttpResponse, ApiError> {
    let deleted = async {
        let change = AssistantChange::Delete { base: None };
        let accepted = assistants::change(&state.writer, &caller.owner, stored_id(id)?, change, None).await?;
        Ok((StatusCode::OK, DeletedAssistant { id: accepted.row.id }))
    };
    answer(deleted.await)
}

/// PostgreSQL's text holds no NUL, so no row has such an id.
fn stored_id(id: String) -> Result<String, ApiError> {
    if id.contains('\0') { Err(ApiError::not_found()) } else { Ok(id) }
}
