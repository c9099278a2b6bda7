//! Sign-in by email address alone, for development and tests. The route does not exist in production.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::client;
use super::types::{SignedIn, User};
use crate::auth::{admin, profile};
use crate::email;
use crate::error::ApiError;
use crate::http::extract::caller::session_cookie;
use crate::http::{Json, Problem};
use crate::http::{cookie, origin};
use crate::json::Check;
use crate::json::check::ValidationErrors;
use crate::models::user::{self, NewUser, UserChanges, UserRecord};
use crate::state::AppState;

#[derive(Debug, Deserialize, ToSchema)]
pub struct DevSignInRequest {
    #[schema(example = "anna@example.com", min_length = 3, max_length = 254)]
    pub email: String,
    /// The part of the address before the @ by default.
    #[schema(example = "Anna", min_length = 1, max_length = 200)]
    pub name: Option<String>,
    pub role: Option<Role>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Admin,
}

impl Check for DevSignInRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("email", &self.email, 3, 254);
        if !email::is_shaped(&self.email) {
            errors.add("email", "invalid_email", "must look like name@host");
        }
        errors.optional_text("name", self.name.as_deref(), 1, 200);
    }
}

/// Sign in by email alone (development only).
///
/// Creates the user of this address if there is none. Sets the session cookie and returns the session token.
#[utoipa::path(tag = "sign-in", security(()), responses(
    (status = 200, description = "Signed in. The cookie is set.", body = SignedIn),
    (status = 403, description = "The page's origin is not allowed.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/dev/sign-in")]
pub async fn dev_sign_in(
    request: HttpRequest,
    state: web::Data<AppState>,
    Json(body): Json<DevSignInRequest>,
) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    origin::refuse_foreign(&request, server)?;
    let user = find_or_create(&state, &body).await?;
    let (token, _) = state.sessions.begin(&user, &client::of(&request)).await?;
    // A sign-in always starts a new session, so that a stolen cookie from before it is useless.
    if let Some(old) = session_cookie(&request, server) {
        state.sessions.revoke_token(&old).await?;
    }
    Ok(HttpResponse::Ok()
        .cookie(cookie::session(server, &token))
        .json(SignedIn { token: token.expose().to_owned(), user: User::from(&user) }))
}

async fn find_or_create(state: &AppState, body: &DevSignInRequest) -> Result<UserRecord, ApiError> {
    let email = email::folded(&body.email);
    let asked = body.role.map(|role| match role {
        Role::Admin => admin::ADMIN,
        Role::User => admin::USER,
    });
    let role = asked.or(admin::role_of(&state.config.auth, &email, true));
    let mut conn = state.db.conn().await?;
    let name = body.name.as_deref().or(email.split('@').next()).unwrap_or(&email);
    let id = Uuid::now_v7().to_string();
    let new =
        NewUser { id: &id, name, email: &email, email_verified: true, image: None, role: role.unwrap_or(admin::USER) };
    if let Some(user) = profile::create(&mut conn, &new).await? {
        return Ok(user);
    }
    // A repeated sign-in without changes writes nothing.
    let known = user::find_by_email(&mut conn, &email).await?.ok_or_else(ApiError::unauthenticated)?;
    drop(conn);
    let owner = known.owner();
    let changes = UserChanges { name: body.name.clone(), image: None, role: role.map(str::to_owned) };
    profile::change(&state.db, &state.sessions, &owner, &changes).await
}
