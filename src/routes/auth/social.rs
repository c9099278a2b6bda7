//! Sign-in at an OpenID provider: start, callback, and linking of an account.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::client;
use crate::auth::failure::{self, Failure};
use crate::auth::flow::{Callback, Finished, Start, Targets};
use crate::auth::oidc::Provider;
use crate::auth::{Identity, hand_over, redirect};
use crate::config::ServerConfig;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::http::extract::caller::session_cookie;
use crate::http::{CurrentUser, cookie, origin};
use crate::http::{Json, Path, Problem, Query};
use crate::json::Check;
use crate::json::check::ValidationErrors;
use crate::state::AppState;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocialRequest {
    #[schema(example = "google", min_length = 1, max_length = 100)]
    pub provider: String,
    /// Where the browser goes after the sign-in: a path of this server, or a URL of an allowed origin. `/` by default.
    #[serde(rename = "callbackURL")]
    #[schema(example = "/", max_length = 2048)]
    pub callback_url: Option<String>,
    /// Where the browser goes after a failure, with `error` and `error_description` in the query. `callbackURL` by default.
    #[serde(rename = "errorCallbackURL")]
    #[schema(max_length = 2048)]
    pub error_callback_url: Option<String>,
    /// Where the browser goes after the first sign-in of a new user. `callbackURL` by default.
    #[serde(rename = "newUserCallbackURL")]
    #[schema(max_length = 2048)]
    pub new_user_callback_url: Option<String>,
    /// True if the page navigates itself. The answer repeats it as `redirect`, negated.
    pub disable_redirect: Option<bool>,
    /// For applications that keep no cookie of this server (an app in a shell, a page of another site): the SHA-256, in base64url without padding, of a
    /// random secret (RFC 7636, `S256`). No cookie is set then, and `callbackURL` gets `sign_in_code` for `sign-in/code` in its query.
    #[schema(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$")]
    pub code_challenge: Option<String>,
}

impl Check for SocialRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.text("provider", &self.provider, 1, 100);
        errors.optional_text("callbackURL", self.callback_url.as_deref(), 1, 2048);
        errors.optional_text("errorCallbackURL", self.error_callback_url.as_deref(), 1, 2048);
        errors.optional_text("newUserCallbackURL", self.new_user_callback_url.as_deref(), 1, 2048);
        if self.code_challenge.as_deref().is_some_and(|challenge| !hand_over::is_challenge(challenge)) {
            errors.add("codeChallenge", "invalid_value", "must be a SHA-256 in base64url without padding");
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderRedirect {
    /// The URL of the provider's sign-in page.
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?...")]
    pub url: String,
    /// True if Better Auth's client navigates to `url`.
    pub redirect: bool,
}

/// Start a sign-in at a provider.
///
/// Send the browser to `url`. The answer sets a cookie that binds the sign-in to this browser. The sign-in works once and expires after ten minutes. With
/// `codeChallenge` no cookie is set: the sign-in is bound to the secret behind the challenge.
#[utoipa::path(tag = "sign-in", security(()), responses(
    (status = 200, description = "The URL of the provider's sign-in page.", body = ProviderRedirect),
    (status = 403, description = "The page's origin is not allowed.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`not_found`: this server has no such provider.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/sign-in/social")]
pub async fn sign_in_social(
    request: HttpRequest,
    state: web::Data<AppState>,
    Json(body): Json<SocialRequest>,
) -> Result<HttpResponse, ApiError> {
    origin::refuse_foreign(&request, &state.config.server)?;
    let start = match &body.code_challenge {
        Some(challenge) => Start::HandOver { challenge: challenge.clone() },
        None => Start::Browser { cookie: sign_in_cookie(&request, &state.config.server), link: None },
    };
    begin(&state, &body, start).await
}

/// Start linking an account of a provider.
///
/// As `sign-in/social`, for the signed-in user. It needs a browser that keeps the server's cookies: `codeChallenge` is refused.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), extensions(("x-session" = json!("fresh"))), responses(
    (status = 200, description = "The URL of the provider's sign-in page.", body = ProviderRedirect),
    (status = 404, description = "`not_found`: this server has no such provider.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/link-social")]
pub async fn link_social(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SocialRequest>,
) -> Result<HttpResponse, ApiError> {
    if body.code_challenge.is_some() {
        // Without the cookie, the owner of another account could be made to link it to this user.
        let detail = "an account is linked in a browser that keeps the server's cookies";
        return Err(ApiError::invalid(vec![FieldError::new("/codeChallenge", "invalid_value", detail)]));
    }
    let identity: &Identity = &caller;
    let cookie = sign_in_cookie(&request, &state.config.server);
    begin(&state, &body, Start::Browser { cookie, link: Some(identity) }).await
}

fn sign_in_cookie(request: &HttpRequest, server: &ServerConfig) -> Option<String> {
    request.cookie(&cookie::sign_in_name(server)).map(|cookie| cookie.value().to_owned())
}

async fn begin(state: &AppState, body: &SocialRequest, start: Start<'_>) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    let provider = find_provider(state, &body.provider)?;
    let targets = targets_of(server, body)?;
    let started =
        state.sign_in.begin(provider, targets, start).await?.map_err(|error| {
            ApiError::new(ErrorCode::ProviderUnavailable, "Try again in a moment.").caused_by(error)
        })?;
    let redirect_to = ProviderRedirect { url: started.url, redirect: !body.disable_redirect.unwrap_or(false) };
    let mut answer = HttpResponse::Ok();
    if let Some(secret) = started.browser {
        answer.cookie(cookie::sign_in(server, secret));
    }
    Ok(answer.json(redirect_to))
}

fn find_provider<'s>(state: &'s AppState, id: &str) -> Result<&'s Provider, ApiError> {
    let missing = || ApiError::new(ErrorCode::NotFound, "This server has no such sign-in provider.");
    state.sign_in.providers.find(id).ok_or_else(missing)
}

fn targets_of(server: &ServerConfig, body: &SocialRequest) -> Result<Targets, ApiError> {
    let mut errors = Vec::new();
    let mut target = |pointer: &'static str, given: &Option<String>, default: &str| {
        let target = given.as_deref().unwrap_or(default);
        redirect::resolve(server, target).map(String::from).unwrap_or_else(|| {
            let detail = "must be a page of this site or of an allowed origin";
            errors.push(FieldError::new(pointer, "redirect_not_allowed", detail));
            default.to_owned()
        })
    };
    let callback = target("/callbackURL", &body.callback_url, "/");
    let error = target("/errorCallbackURL", &body.error_callback_url, &callback);
    let new_user = target("/newUserCallbackURL", &body.new_user_callback_url, &callback);
    match errors.is_empty() {
        true => Ok(Targets { callback, error, new_user }),
        false => Err(ApiError::invalid(errors)),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    /// The secret of the sign-in.
    state: Option<String>,
    code: Option<String>,
    /// The provider's error code.
    error: Option<String>,
    /// The provider's issuer (RFC 9207).
    iss: Option<String>,
}

/// Finish a sign-in at a provider.
///
/// The provider redirects browsers to this URL. The answer is always a redirect: to `callbackURL` after a sign-in, otherwise to `errorCallbackURL`
/// with `error` in its query. `error` is one of `unknown_provider`, `state_mismatch`, `other_browser`, `issuer_mismatch`, `access_denied`,
/// `provider_error`, `provider_unavailable`, `invalid_code`, `invalid_token`, `invalid_subject`, `email_not_verified`, `account_not_linked`,
/// `account_already_linked_to_different_user`, `session_ended`.
#[utoipa::path(tag = "sign-in", security(()), params(("provider" = String, Path, description = "Such as `google`.", example = "google"), CallbackQuery), responses(
    (status = 302, description = "A redirect to `callbackURL`, `newUserCallbackURL` or `errorCallbackURL`.", headers(("Location" = String, description = "The URL of that page."))),
))]
#[get("/api/auth/callback/{provider}")]
pub async fn social_callback(
    request: HttpRequest,
    state: web::Data<AppState>,
    Path(provider): Path<String>,
    Query(query): Query<CallbackQuery>,
) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    let Some(provider) = state.sign_in.providers.find(&provider) else {
        return redirect_failed(server, &failure::unknown_provider(), None);
    };
    let browser = sign_in_cookie(&request, server);
    let callback = Callback {
        state: query.state.as_deref(),
        code: query.code.as_deref(),
        error: query.error.as_deref(),
        issuer: query.iss.as_deref(),
    };
    let (targets, result) = state.sign_in.finish(provider, callback, browser.as_deref()).await?;
    match (result, targets) {
        (Ok(finished), Some(targets)) => redirect_signed_in(&request, &state, &finished, &targets).await,
        (Ok(_), None) => Err(ApiError::internal("a sign-in has no target")),
        (Err(failure), targets) => redirect_failed(server, &failure, targets.as_ref()),
    }
}

async fn redirect_signed_in(
    request: &HttpRequest,
    state: &AppState,
    finished: &Finished,
    targets: &Targets,
) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    let mut answer = HttpResponse::Found();
    let target = if finished.is_new { &targets.new_user } else { &targets.callback };
    if let Some(challenge) = &finished.challenge {
        let code = hand_over::offer(&state.db, &finished.user, challenge).await?;
        return Ok(answer.insert_header((LOCATION, with_code(server, target, &code)?)).finish());
    }
    if !finished.linked {
        let (token, _) = state.sessions.begin(&finished.user, &client::of(request)).await?;
        // A sign-in always starts a new session, so that a stolen cookie from before it is useless.
        if let Some(old) = session_cookie(request, server) {
            state.sessions.revoke_token(&old).await?;
        }
        answer.cookie(cookie::session(server, &token));
    }
    Ok(answer.insert_header((LOCATION, target.as_str())).finish())
}

fn with_code(server: &ServerConfig, target: &str, code: &str) -> Result<String, ApiError> {
    let target = redirect::resolve(server, target)
        .ok_or_else(|| ApiError::internal("the target of the sign-in is not allowed"))?;
    Ok(redirect::with_query(target, &[("sign_in_code", code)]).into())
}

fn redirect_failed(
    server: &ServerConfig,
    failure: &Failure,
    targets: Option<&Targets>,
) -> Result<HttpResponse, ApiError> {
    tracing::info!(code = failure.code, cause = failure.cause, "a sign-in failed");
    let target = targets.map_or("/", |targets| &targets.error);
    let target = redirect::resolve(server, target)
        .ok_or_else(|| ApiError::internal("the target of the sign-in is not allowed"))?;
    Ok(HttpResponse::Found().insert_header((LOCATION, failure::error_address(target, failure).as_str())).finish())
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderName {
    #[schema(example = "google")]
    pub id: String,
    /// The display name.
    #[schema(example = "Google")]
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInMethods {
    pub providers: Vec<ProviderName>,
    /// True if this server offers the development sign-in.
    pub dev_sign_in: bool,
}

/// List the ways to sign in.
#[utoipa::path(tag = "sign-in", extensions(("x-rate-limit" = json!("read"))), security(()), responses(
    (status = 200, description = "The providers, and whether there is the development sign-in.", body = SignInMethods),
))]
#[get("/api/auth/providers")]
pub async fn list_providers(state: web::Data<AppState>) -> web::Json<SignInMethods> {
    let names = state.sign_in.providers.iter().map(|provider| &provider.config);
    web::Json(SignInMethods {
        providers: names.map(|config| ProviderName { id: config.id.to_owned(), name: config.name.clone() }).collect(),
        dev_sign_in: state.config.server.dev_sign_in,
    })
}
