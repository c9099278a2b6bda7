//! The sessions of a user on all devices.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::types::Session;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Json, OptionalJson};
use crate::json::Check;
use crate::json::check::ValidationErrors;
use crate::models::session::Which;
use crate::state::AppState;

/// List my sessions.
///
/// Living sessions only, newest first. `token` is a handle for `revoke-session` and authenticates no request.
#[utoipa::path(tag = "sign-in", responses((status = 200, description = "The living sessions.", body = Vec<Session>)))]
#[get("/api/auth/list-sessions")]
pub async fn list_auth_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
) -> Result<web::Json<Vec<Session>>, ApiError> {
    let sessions = state.sessions.list(&caller.owner).await?;
    Ok(web::Json(sessions.iter().map(Session::from).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RevokeSessionRequest {
    /// The handle: `token` or `id` of a session in `list-sessions`.
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
}

impl Check for RevokeSessionRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("token", &self.token, 1, 200);
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    pub status: bool,
}

/// The body that Better Auth's client may send. Its members are ignored.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Nothing {}

impl Check for Nothing {
    fn check(&self, _: &mut ValidationErrors) {}
}

/// End one of my sessions.
///
/// The session ends at once in every process. An unknown session, or another user's, is no error.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), responses((status = 200, description = "The session has ended.", body = Done)))]
#[post("/api/auth/revoke-session")]
pub async fn revoke_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<RevokeSessionRequest>,
) -> Result<web::Json<Done>, ApiError> {
    end(&state, &caller, Which::One(&body.token)).await
}

/// End all my sessions.
///
/// The session of this request ends too.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), request_body = Option<Nothing>, responses((status = 200, description = "All sessions have ended.", body = Done)))]
#[post("/api/auth/revoke-sessions")]
pub async fn revoke_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
    _: OptionalJson<Nothing>,
) -> Result<web::Json<Done>, ApiError> {
    end(&state, &caller, Which::All).await
}

/// End all my sessions except this one.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), request_body = Option<Nothing>, responses((status = 200, description = "All other sessions have ended.", body = Done)))]
#[post("/api/auth/revoke-other-sessions")]
pub async fn revoke_other_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
    _: OptionalJson<Nothing>,
) -> Result<web::Json<Done>, ApiError> {
    end(&state, &caller, Which::AllBut(&caller.session.id)).await
}

async fn end(state: &AppState, caller: &CurrentUser, which: Which<'_>) -> Result<web::Json<Done>, ApiError> {
    state.sessions.revoke_of(&caller.owner, which).await?;
    Ok(web::Json(Done { status: true }))
}
