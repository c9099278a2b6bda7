//! The caller's own session.

use actix_web::{HttpResponse, get, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::types::{Session, User};
use crate::app::AppState;
use crate::auth::{MaybeUser, cookie};
use crate::error::ApiError;
use crate::routes::http::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAndUser {
    pub session: Session,
    pub user: User,
}

/// Who am I?
///
/// `null` where nobody is signed in.
#[utoipa::path(tag = "sign-in", security((), ("cookie" = []), ("bearer" = [])), responses(
    (status = 200, description = "The session and its person, or null.", body = Option<SessionAndUser>),
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
/// Ends the session everywhere, at once, and takes the cookie back. Without a session it does nothing, and that is fine.
#[utoipa::path(tag = "sign-in", security((), ("cookie" = []), ("bearer" = [])), responses(
    (status = 200, description = "Nobody is signed in with this session any more.", body = SignedOut),
    (status = 403, description = "The page that asks is not an allowed origin.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/sign-out")]
pub async fn sign_out(state: web::Data<AppState>, MaybeUser(identity): MaybeUser) -> Result<HttpResponse, ApiError> {
    if let Some(identity) = identity {
        state.sessions.revoke(&identity).await?;
    }
    Ok(HttpResponse::Ok().cookie(cookie::empty(&state.config.server)).json(SignedOut { success: true }))
}
