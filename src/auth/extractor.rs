//! Request -> caller. Both ways in work on every route: the session cookie, and `Authorization: Bearer`.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::{Identity, cookie, origin};
use crate::app::AppState;
use crate::error::ApiError;

/// The signed-in caller; without one the answer is 401.
pub struct CurrentUser(Arc<Identity>);

/// The caller, if signed in.
pub struct MaybeUser(pub Option<Arc<Identity>>);

impl Deref for CurrentUser {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { known_caller(&request).await?.map(Self).ok_or_else(ApiError::unauthenticated) }.boxed_local()
    }
}

impl FromRequest for MaybeUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { known_caller(&request).await.map(Self) }.boxed_local()
    }
}

/// Names the person whom the client believes to be. Browsers share one cookie between all tabs and programs of a site: without this, a write that
/// one person made offline could go out in the name of another who has signed in meanwhile.
pub const EXPECTED_USER: &str = "x-landfall-user";

/// The caller of a request, found once however many ask.
pub async fn known_caller(request: &HttpRequest) -> Result<Option<Arc<Identity>>, ApiError> {
    if let Some(Known(caller)) = request.extensions().get::<Known>() {
        return Ok(caller.clone());
    }
    let caller = identify(request).await?;
    request.extensions_mut().insert(Known(caller.clone()));
    Ok(caller)
}

struct Known(Option<Arc<Identity>>);

async fn identify(request: &HttpRequest) -> Result<Option<Arc<Identity>>, ApiError> {
    let identity = find_session(request).await?;
    match (request.headers().get(EXPECTED_USER), &identity) {
        (Some(expected), Some(found)) if expected.as_bytes() != found.user.id.as_bytes() => Ok(None),
        _ => Ok(identity),
    }
}

async fn find_session(request: &HttpRequest) -> Result<Option<Arc<Identity>>, ApiError> {
    let state =
        request.app_data::<web::Data<AppState>>().ok_or_else(|| ApiError::internal("AppState is not registered"))?;
    if let Some(header) = request.headers().get(AUTHORIZATION) {
        // A header that is there decides: a wrong one must not fall back to the cookie.
        return match header.to_str().ok().and_then(bearer) {
            Some(token) => state.sessions.find(token).await,
            None => Ok(None),
        };
    }
    let server = &state.config.server;
    let Some(cookie) = request.cookie(cookie::name(server)) else { return Ok(None) };
    let identity = state.sessions.find(cookie.value()).await?;
    if identity.is_some() {
        origin::require_for_cookie_write(request, server)?;
    }
    Ok(identity)
}

/// The scheme's name is case-insensitive (RFC 9110).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
