//! The end of a sign-in that is handed over to an application without cookies.

use actix_web::{HttpRequest, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::client;
use super::types::{SignedIn, User};
use crate::auth::hand_over;
use crate::error::{ApiError, FieldError};
use crate::http::{Json, Problem, origin};
use crate::json::Check;
use crate::json::check::ValidationErrors;
use crate::state::AppState;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeRequest {
    /// `sign_in_code` of the address to which the browser returned.
    #[schema(min_length = 1, max_length = 128)]
    pub code: String,
    /// The secret whose hash was sent as `codeChallenge`.
    #[schema(min_length = 43, max_length = 128)]
    pub code_verifier: String,
}

impl Check for CodeRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("code", &self.code, 1, 128);
        errors.text("codeVerifier", &self.code_verifier, 43, 128);
    }
}

/// Finish a sign-in without cookies.
///
/// For a sign-in that started with `codeChallenge`. Returns the session token for `Authorization: Bearer`, and sets no cookie. A code works once, for a minute.
#[utoipa::path(tag = "sign-in", security(()), responses(
    (status = 200, description = "Signed in.", body = SignedIn),
    (status = 403, description = "The page's origin is not allowed.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/sign-in/code")]
pub async fn sign_in_code(
    request: HttpRequest,
    state: web::Data<AppState>,
    Json(body): Json<CodeRequest>,
) -> Result<web::Json<SignedIn>, ApiError> {
    origin::refuse_foreign(&request, &state.config.server)?;
    let user = hand_over::redeem(&state.db, &body.code, &body.code_verifier).await?.ok_or_else(|| {
        let detail = "was used, is older than a minute, or belongs to another codeVerifier: sign in again";
        ApiError::invalid(vec![FieldError::new("/code", "invalid_value", detail)])
    })?;
    let (token, _) = state.sessions.begin(&user, &client::of(&request)).await?;
    Ok(web::Json(SignedIn { token: token.expose().to_owned(), user: User::from(&user) }))
}
