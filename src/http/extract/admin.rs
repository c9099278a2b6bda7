//! The signed-in administrator.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::CurrentUser;
use super::caller::known_caller;
use crate::auth::admin::ADMIN;
use crate::error::ApiError;
use crate::http::fallback::no_such_address;

/// The caller, who is an administrator. Anyone else gets the 404 of an address that does not exist.
pub struct Admin(CurrentUser);

impl Deref for Admin {
    type Target = CurrentUser;

    fn deref(&self) -> &CurrentUser {
        &self.0
    }
}

impl FromRequest for Admin {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            let caller = known_caller(&request).await?.ok_or_else(ApiError::unauthenticated)?;
            match caller.user.role.as_str() {
                ADMIN => Ok(Self(caller)),
                _ => Err(no_such_address()),
            }
        }
        .boxed_local()
    }
}
