//! The caller as a person: name and picture, and the way out.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::Done;
use crate::app::AppState;
use crate::auth::{CurrentUser, cookie, erase, profile};
use crate::error::ApiError;
use crate::models::user::UserChanges;
use crate::routes::http::{Json, OptionalJson};
use crate::wire::check::Report;
use crate::wire::{Check, given};

const MAX_IMAGE_CHARS: usize = 2048;

/// What is left out stays. The address can't be changed here: a provider vouches for it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateUserRequest {
    #[schema(example = "Anna", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The https address of a picture; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, required = false, max_length = 2048)]
    pub image: Option<Option<String>>,
}

impl Check for UpdateUserRequest {
    fn check(&self, report: &mut Report) {
        report.optional_text("name", self.name.as_deref(), 1, 200);
        let image = self.image.as_ref().and_then(Option::as_deref);
        report.optional_text("image", image, 1, MAX_IMAGE_CHARS);
        if image.is_some_and(|address| !address.starts_with("https://")) {
            report.add("image", "invalid_value", "must be an https address");
        }
    }
}

/// Change my name or picture.
#[utoipa::path(tag = "sign-in", responses((status = 200, description = "Changed, in every session.", body = Done)))]
#[post("/api/auth/update-user")]
pub async fn update_user(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<UpdateUserRequest>,
) -> Result<web::Json<Done>, ApiError> {
    let changes = UserChanges { name: body.name, image: body.image, role: None };
    profile::change(&state.db, &state.sessions, &caller.owner, &changes).await?;
    Ok(web::Json(Done { status: true }))
}

/// Better Auth's client may send more; a password, for example, nobody has here.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct DeleteUserRequest {}

impl Check for DeleteUserRequest {
    fn check(&self, _: &mut Report) {}
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UserDeleted {
    pub success: bool,
    #[schema(example = "User deleted")]
    pub message: &'static str,
}

/// Delete me and everything of mine.
///
/// At once: every row, every way to sign in, every session on every device. Files follow within minutes. Nothing can be brought back, so take an
/// export first. What stays is a line that somebody was deleted, without saying who.
#[utoipa::path(tag = "sign-in", request_body = Option<DeleteUserRequest>, responses(
    (status = 200, description = "There is nobody left to sign in.", body = UserDeleted),
))]
#[post("/api/auth/delete-user")]
pub async fn delete_user(
    state: web::Data<AppState>,
    caller: CurrentUser,
    _: OptionalJson<DeleteUserRequest>,
) -> Result<HttpResponse, ApiError> {
    erase::erase(&state.spaces, &state.sessions, &caller.owner, state.config.files.link_ttl).await?;
    let deleted = UserDeleted { success: true, message: "User deleted" };
    Ok(HttpResponse::Ok().cookie(cookie::empty(&state.config.server)).json(deleted))
}
