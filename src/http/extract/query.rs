//! The query string, with a pointer to what is wrong (`/query/limit`).

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Ready, ready};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, FieldError};
use crate::json::pointer;

/// The query string, decoded.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let values = serde_urlencoded::Deserializer::new(pairs);
        ready(serde_path_to_error::deserialize(values).map(Self).map_err(|error| {
            let name = error.path().to_string();
            let detail = error.into_inner().to_string();
            ApiError::invalid(vec![FieldError::new(pointer::join("/query", name), "invalid_value", detail)])
        }))
    }
}
