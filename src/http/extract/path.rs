//! Parameters of the path, with a pointer to what is wrong (`/path/sessionId`).

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Ready, ready};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, FieldError};
use crate::json::check::ValidationErrors;
use crate::json::{DataLimits, describe_value, pointer};

/// The parameters of the path, decoded.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values = actix_router::PathDeserializer::new(request.match_info());
        ready(T::deserialize(values).map(Self).map_err(|error| {
            let name = request.match_info().iter().next().map(|(name, _)| name.to_owned()).unwrap_or_default();
            ApiError::invalid(vec![FieldError::new(
                pointer::join("/path", name),
                "invalid_value",
                describe_value(&error.to_string()),
            )])
        }))
    }
}

/// The id of the path, checked by the rules of new ids.
///
/// # Errors
/// `validation_failed`.
pub fn checked_id(id: String) -> Result<String, ApiError> {
    let mut errors = ValidationErrors::default();
    errors.within("path", |errors| errors.text("id", &id, 1, DataLimits::ID_CHARS));
    errors.into_result().map(|()| id)
}
