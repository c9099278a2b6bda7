//! Sign-in at an OpenID provider: the way there, the way back, and adding one to a person who is signed in.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::client;
use crate::app::AppState;
use crate::auth::extractor::session_cookie;
use crate::auth::flow::{self, Callback, Failure, Finished, Targets};
use crate::auth::oidc::Provider;
use crate::auth::{CurrentUser, Identity, cookie, origin, redirect};
use crate::config::ServerConfig;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::routes::http::{Json, Path, Problem, Query};
use crate::wire::Check;
use crate::wire::check::Report;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocialRequest {
    #[schema(example = "google", min_length = 1, max_length = 100)]
    pub provider: String,
    /// Where the browser goes then: a path of this site, or an address of an allowed origin. Default: `/`.
    #[serde(rename = "callbackURL")]
    #[schema(example = "/", max_length = 2048)]
    pub callback_url: Option<String>,
    /// Where it goes instead when it comes to nothing, with `error` and `error_description` in the query. Default: `callbackURL`.
    #[serde(rename = "errorCallbackURL")]
    #[schema(max_length = 2048)]
    pub error_callback_url: Option<String>,
    /// Where it goes instead when somebody came for the first time. Default: `callbackURL`.
    #[serde(rename = "newUserCallbackURL")]
    #[schema(max_length = 2048)]
    pub new_user_callback_url: Option<String>,
    /// The page goes there by itself; the answer says so.
    pub disable_redirect: Option<bool>,
}

impl Check for SocialRequest {
    fn check(&self, report: &mut Report) {
        report.text("provider", &self.provider, 1, 100);
        report.optional_text("callbackURL", self.callback_url.as_deref(), 1, 2048);
        report.optional_text("errorCallbackURL", self.error_callback_url.as_deref(), 1, 2048);
        report.optional_text("newUserCallbackURL", self.new_user_callback_url.as_deref(), 1, 2048);
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GoThere {
    /// The provider's page.
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?...")]
    pub url: String,
    /// Whether Better Auth's client should go there by itself.
    pub redirect: bool,
}

/// Begin a sign-in at a provider.
///
/// Send the browser to `url`. The answer sets a cookie: the sign-in can be finished in this browser alone, once, within ten minutes.
#[utoipa::path(tag = "sign-in", security(()), responses(
    (status = 200, description = "Where to go.", body = GoThere),
    (status = 403, description = "The page that asks is not an allowed origin.", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`not_found`: this server has no such provider.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/sign-in/social")]
pub async fn sign_in_social(
    request: HttpRequest,
    state: web::Data<AppState>,
    Json(body): Json<SocialRequest>,
) -> Result<HttpResponse, ApiError> {
    origin::refuse_foreign(&request, &state.config.server)?;
    begin(&request, &state, &body, None).await
}

/// Begin to add a way to sign in.
///
/// As `sign-in/social`, for the person who is signed in.
#[utoipa::path(tag = "sign-in", responses(
    (status = 200, description = "Where to go.", body = GoThere),
    (status = 404, description = "`not_found`: this server has no such provider.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/link-social")]
pub async fn link_social(
    request: HttpRequest,
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<SocialRequest>,
) -> Result<HttpResponse, ApiError> {
    begin(&request, &state, &body, Some(&caller)).await
}

async fn begin(
    request: &HttpRequest,
    state: &AppState,
    body: &SocialRequest,
    link: Option<&Identity>,
) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    let provider = find_provider(state, &body.provider)?;
    let targets = targets_of(server, body)?;
    let browser = request.cookie(cookie::sign_in_name(server)).map(|cookie| cookie.value().to_owned());
    let begun =
        state.sign_in.begin(provider, targets, link, browser).await?.map_err(|error| {
            ApiError::new(ErrorCode::ProviderUnavailable, "Try again in a moment.").caused_by(error)
        })?;
    let there = GoThere { url: begun.url, redirect: !body.disable_redirect.unwrap_or(false) };
    Ok(HttpResponse::Ok().cookie(cookie::binding(server, begun.browser)).json(there))
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
    let newcomer = target("/newUserCallbackURL", &body.new_user_callback_url, &callback);
    match errors.is_empty() {
        true => Ok(Targets { callback, error, newcomer }),
        false => Err(ApiError::invalid(errors)),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    /// The secret of this sign-in.
    state: Option<String>,
    code: Option<String>,
    /// The provider's word for what went wrong.
    error: Option<String>,
    /// The provider's issuer (RFC 9207).
    iss: Option<String>,
}

/// The way back from a provider.
///
/// Browsers come here by themselves. Whatever comes of it is a redirect: signed in to `callbackURL`, otherwise to `errorCallbackURL` with `error`, one
/// of `unknown_provider`, `state_mismatch`, `other_browser`, `issuer_mismatch`, `access_denied`, `provider_error`, `provider_unavailable`, `invalid_code`, `invalid_token`,
/// `email_not_verified`, `account_not_linked`, `account_already_linked_to_different_user`, `session_ended`.
#[utoipa::path(tag = "sign-in", security(()), params(("provider" = String, Path, description = "Such as `google`."), CallbackQuery), responses(
    (status = 302, description = "To the page that the sign-in was begun for.", headers(("Location" = String, description = "That page."))),
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
        return turn_back(server, &flow::unknown_provider(), None);
    };
    let browser = request.cookie(cookie::sign_in_name(server)).map(|cookie| cookie.value().to_owned());
    let brought = Callback {
        state: query.state.as_deref(),
        code: query.code.as_deref(),
        error: query.error.as_deref(),
        issuer: query.iss.as_deref(),
    };
    let (targets, result) = state.sign_in.finish(provider, brought, browser.as_deref()).await?;
    match (result, targets) {
        (Ok(finished), Some(targets)) => arrive(&request, &state, &finished, &targets).await,
        (Ok(_), None) => Err(ApiError::internal("a sign-in without a way back")),
        (Err(failure), targets) => turn_back(server, &failure, targets.as_ref()),
    }
}

async fn arrive(
    request: &HttpRequest,
    state: &AppState,
    finished: &Finished,
    targets: &Targets,
) -> Result<HttpResponse, ApiError> {
    let server = &state.config.server;
    let mut answer = HttpResponse::Found();
    if !finished.linked {
        let (token, _) = state.sessions.begin(&finished.user, &client::of(request)).await?;
        // A new session at every sign-in: who knew the old cookie has nothing.
        if let Some(old) = session_cookie(request, server) {
            state.sessions.revoke_token(&old).await?;
        }
        answer.cookie(cookie::holding(server, &token));
    }
    let target = if finished.is_new { &targets.newcomer } else { &targets.callback };
    Ok(answer.insert_header((LOCATION, target.as_str())).finish())
}

fn turn_back(server: &ServerConfig, failure: &Failure, targets: Option<&Targets>) -> Result<HttpResponse, ApiError> {
    tracing::info!(word = failure.word, cause = failure.cause, "a sign-in came to nothing");
    let target = targets.map_or("/", |targets| &targets.error);
    let target = redirect::resolve(server, target).ok_or_else(|| ApiError::internal("the way back is not allowed"))?;
    Ok(HttpResponse::Found().insert_header((LOCATION, flow::error_address(target, failure).as_str())).finish())
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderName {
    #[schema(example = "google")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Google")]
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaysIn {
    pub providers: Vec<ProviderName>,
    /// Whether there is the development sign-in.
    pub dev_sign_in: bool,
}

/// The ways to sign in here.
#[utoipa::path(tag = "sign-in", security(()), responses(
    (status = 200, description = "What a sign-in page may offer.", body = WaysIn),
))]
#[get("/api/auth/providers")]
pub async fn list_providers(state: web::Data<AppState>) -> web::Json<WaysIn> {
    let names = state.sign_in.providers.iter().map(|provider| &provider.config);
    web::Json(WaysIn {
        providers: names.map(|config| ProviderName { id: config.id.to_owned(), name: config.name.clone() }).collect(),
        dev_sign_in: state.config.server.dev_sign_in,
    })
}
