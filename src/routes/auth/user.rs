//! The profile of the user, and the deletion of the user.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::Done;
use crate::auth::{erase, profile};
use crate::error::ApiError;
use crate::http::{CurrentUser, cookie};
use crate::http::{Json, OptionalJson};
use crate::json::check::ValidationErrors;
use crate::json::{Check, patch_field};
use crate::models::user::UserChanges;
use crate::state::AppState;

const MAX_IMAGE_CHARS: usize = 2048;

/// Changes of the profile. Absent members stay as they are. The email address comes from the provider and can't be changed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateUserRequest {
    #[schema(example = "Anna", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The https URL of a picture. Null removes it.
    #[serde(default, deserialize_with = "patch_field")]
    #[schema(value_type = Option<String>, required = false, max_length = 2048)]
    pub image: Option<Option<String>>,
}

impl Check for UpdateUserRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("name", self.name.as_deref(), 1, 200);
        let image = self.image.as_ref().and_then(Option::as_deref);
        errors.optional_text("image", image, 1, MAX_IMAGE_CHARS);
        if image.is_some_and(|address| !address.starts_with("https://")) {
            errors.add("image", "invalid_value", "must be an https address");
        }
    }
}

/// Change my name or picture.
///
/// The change is visible in every session at once.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), responses((status = 200, description = "Changed.", body = Done)))]
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

/// Better Auth's client may send further members, such as a password, which no user has here.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct DeleteUserRequest {}

impl Check for DeleteUserRequest {
    fn check(&self, _: &mut ValidationErrors) {}
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UserDeleted {
    pub success: bool,
    #[schema(example = "User deleted")]
    pub message: &'static str,
}

/// Delete my user and all my data.
///
/// Rows, linked accounts and sessions are deleted at once. Files are deleted within minutes. The deletion can't be undone, so export the data first.
/// An audit line without a name stays.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), extensions(("x-session" = json!("fresh"))), request_body = Option<DeleteUserRequest>, responses(
    (status = 200, description = "The user is deleted.", body = UserDeleted),
))]
#[post("/api/auth/delete-user")]
pub async fn delete_user(
    state: web::Data<AppState>,
    caller: CurrentUser,
    _: OptionalJson<DeleteUserRequest>,
) -> Result<HttpResponse, ApiError> {
    erase::erase(&state.writer, &state.sessions, &state.kinds, &caller.owner, state.config.files.link_ttl).await?;
    let deleted = UserDeleted { success: true, message: "User deleted" };
    Ok(HttpResponse::Ok().cookie(cookie::removed_session(&state.config.server)).json(deleted))
}
