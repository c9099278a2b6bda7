//! A person's sign-ins on all devices: see them, end them.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::types::Session;
use crate::app::AppState;
use crate::auth::CurrentUser;
use crate::error::ApiError;
use crate::models::session::Which;
use crate::routes::http::{Json, OptionalJson};
use crate::wire::Check;
use crate::wire::check::Report;

/// List my sessions.
///
/// The newest first. `token` is a handle for `revoke-session`; no session can be used with it.
#[utoipa::path(tag = "sign-in", responses((status = 200, description = "All that are alive.", body = Vec<Session>)))]
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
    /// The handle (`token` or `id`) of `list-sessions`.
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
}

impl Check for RevokeSessionRequest {
    fn check(&self, report: &mut Report) {
        report.text("token", &self.token, 1, 200);
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    pub status: bool,
}

/// What Better Auth's client may send where we need nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Nothing {}

impl Check for Nothing {
    fn check(&self, _: &mut Report) {}
}

/// End one of my sessions.
///
/// At once and everywhere. One that is not there, or another person's, is no error: afterwards it is not there.
#[utoipa::path(tag = "sign-in", responses((status = 200, description = "That session is not alive.", body = Done)))]
#[post("/api/auth/revoke-session")]
pub async fn revoke_session(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<RevokeSessionRequest>,
) -> Result<web::Json<Done>, ApiError> {
    end(&state, &caller, Which::One(&body.token)).await
}

/// End all my sessions, this one too.
#[utoipa::path(tag = "sign-in", request_body = Option<Nothing>, responses((status = 200, description = "No session is alive.", body = Done)))]
#[post("/api/auth/revoke-sessions")]
pub async fn revoke_sessions(
    state: web::Data<AppState>,
    caller: CurrentUser,
    _: OptionalJson<Nothing>,
) -> Result<web::Json<Done>, ApiError> {
    end(&state, &caller, Which::All).await
}

/// End all my sessions but this one.
#[utoipa::path(tag = "sign-in", request_body = Option<Nothing>, responses((status = 200, description = "Only this session is alive.", body = Done)))]
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
