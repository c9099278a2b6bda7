//! The session of the request.

use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::types::{Session, User};
use crate::error::ApiError;
use crate::http::Problem;
use crate::http::{MaybeUser, cookie};
use crate::state::AppState;

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAndUser {
    pub session: Session,
    pub user: User,
}

/// Read my session.
///
/// `null` without a valid session.
#[utoipa::path(tag = "sign-in", security((), ("session" = []), ("cookie" = []), ("jwt" = [])), responses(
    (status = 200, description = "The session and its user, or null.", body = Option<SessionAndUser>),
))]
#[get("/api/auth/get-session")]
pub async fn get_session(MaybeUser(identity): MaybeUser) -> web::Json<Option<SessionAndUser>> {
    web::Json(
        identity.map(|identity| SessionAndUser {
            session: Session::from(&identity.session),
            user: User::from(&identity.user),
        }),
    )
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignedOut {
    pub success: bool,
}

/// Sign out.
///
/// Ends the session at once in every process and removes the cookie. A request without a session is no error.
#[utoipa::path(tag = "sign-in", security((), ("session" = []), ("cookie" = [])), responses(
    (status = 200, description = "The session has ended.", body = SignedOut),
    (status = 403, description = "`origin_not_allowed`: a cookie write from a foreign page. `session_required`: the caller has a JWT.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/sign-out")]
pub async fn sign_out(state: web::Data<AppState>, MaybeUser(identity): MaybeUser) -> Result<HttpResponse, ApiError> {
    if let Some(identity) = identity {
        state.sessions.revoke(&identity).await?;
    }
    Ok(HttpResponse::Ok().cookie(cookie::removed_session(&state.config.server)).json(SignedOut { success: true }))
}
