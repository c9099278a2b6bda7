//! The caller of a request. Every route takes the session cookie and `Authorization: Bearer`.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::auth::{Identity, jwt};
use crate::config::ServerConfig;
use crate::error::ApiError;
use crate::http::{cookie, origin};
use crate::state::AppState;

/// The signed-in caller. A request without one gets 401.
#[derive(Clone)]
pub struct CurrentUser {
    identity: Arc<Identity>,
    /// When the caller's JWT expires, in seconds since 1970; `None` for the token of a session.
    pub jwt_expires_at: Option<i64>,
}

/// The caller, or `None` for a request without a session.
pub struct MaybeUser(pub Option<Arc<Identity>>);

/// The value of the session cookie as it was sent, valid or not. A new sign-in in this browser ends that session.
pub fn session_cookie(request: &HttpRequest, server: &ServerConfig) -> Option<String> {
    request.cookie(&cookie::session_name(server)).map(|cookie| cookie.value().to_owned())
}

impl Deref for CurrentUser {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { known_caller(&request).await?.ok_or_else(ApiError::unauthenticated) }.boxed_local()
    }
}

impl FromRequest for MaybeUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { Ok(Self(known_caller(&request).await?.map(|caller| caller.identity))) }.boxed_local()
    }
}

/// The header with the id of the user that the client expects. Browsers share one cookie between all tabs of a site: without the header, a write that one user
/// made offline could be sent with the session of another user who has signed in since.
pub const EXPECTED_USER: &str = "x-landfall-user";

/// The caller of a request. Found once per request; later calls read the result from the extensions.
///
/// # Errors
/// `origin_not_allowed` for a cookie write of a foreign page, and errors of the database.
pub async fn known_caller(request: &HttpRequest) -> Result<Option<CurrentUser>, ApiError> {
    if let Some(Known(caller)) = request.extensions().get::<Known>() {
        return Ok(caller.clone());
    }
    let caller = identify(request).await?;
    request.extensions_mut().insert(Known(caller.clone()));
    Ok(caller)
}

/// The stored result.
struct Known(Option<CurrentUser>);

async fn identify(request: &HttpRequest) -> Result<Option<CurrentUser>, ApiError> {
    let caller = find_caller(request).await?;
    match (request.headers().get(EXPECTED_USER), &caller) {
        (Some(expected), Some(found)) if expected.as_bytes() != found.user.id.as_bytes() => Ok(None),
        _ => Ok(caller),
    }
}

async fn find_caller(request: &HttpRequest) -> Result<Option<CurrentUser>, ApiError> {
    let state =
        request.app_data::<web::Data<AppState>>().ok_or_else(|| ApiError::internal("AppState is not registered"))?;
    // If there is a header, the cookie is not read: a wrong token must not fall back to it.
    if request.headers().contains_key(AUTHORIZATION) {
        return match bearer_of(request) {
            Some(id) if may_be_session_id(id) => by_cookie(request, state, Some(id)).await,
            Some(token) => by_token(state, token).await,
            None => Ok(None),
        };
    }
    by_cookie(request, state, None).await
}

/// True for what a page finds as `session.token` of `get-session`: the session's id, since scripts can't read the cookie. Pages written for Better Auth send
/// it as a bearer token beside the cookie. It authenticates nothing: the cookie counts, if it is of that session.
fn may_be_session_id(bearer: &str) -> bool {
    uuid::Uuid::try_parse(bearer).is_ok()
}

/// The caller of the session cookie. With `id`, only if the cookie is of the session with this id.
async fn by_cookie(request: &HttpRequest, state: &AppState, id: Option<&str>) -> Result<Option<CurrentUser>, ApiError> {
    let server = &state.config.server;
    let Some(token) = session_cookie(request, server) else { return Ok(None) };
    let identity = state.sessions.find(&token).await?;
    let identity = identity.filter(|identity| id.is_none_or(|id| identity.session.id == id));
    if identity.is_some() {
        origin::require_for_cookie_write(request, server)?;
    }
    Ok(identity.map(CurrentUser::of_session))
}

/// Whether the request carries a credential that was valid at this process before. Reads nothing. The address of an unknown caller pays before its credential is looked up.
pub fn is_recognised(request: &HttpRequest, state: &AppState) -> bool {
    match bearer_of(request) {
        Some(token) if !may_be_session_id(token) => state.sessions.recognises(token),
        None if request.headers().contains_key(AUTHORIZATION) => false,
        // The cookie counts, as in `find_caller`.
        _ => session_cookie(request, &state.config.server).is_some_and(|token| state.sessions.recognises(&token)),
    }
}

async fn by_token(state: &AppState, token: &str) -> Result<Option<CurrentUser>, ApiError> {
    if !jwt::looks_like_jwt(token) {
        return Ok(state.sessions.find(token).await?.map(CurrentUser::of_session));
    }
    let verified = state.tokens.verify(token, &state.sessions).await?;
    if verified.is_some() {
        state.sessions.recognise(token).await;
    }
    Ok(verified.map(|jwt| CurrentUser { identity: jwt.identity, jwt_expires_at: Some(jwt.expires_at) }))
}

impl CurrentUser {
    fn of_session(identity: Arc<Identity>) -> Self {
        Self { identity, jwt_expires_at: None }
    }
}

/// The token of `Authorization: Bearer`. The scheme's name is case-insensitive (RFC 9110).
pub fn bearer_of(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
