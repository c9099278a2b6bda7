//! The query string, with pointers to everything that is wrong (`/query/limit`).

use std::borrow::Cow;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{Ready, ready};
use serde::de::DeserializeOwned;

use crate::error::MAX_ERRORS;
use crate::error::{ApiError, FieldError};
use crate::http::route_info::RouteInfo;
use crate::json::{describe_data, pointer};

/// The query string, decoded. Parameters that the document does not have are refused, and repeated ones.
pub struct Query<T>(pub T);

type Pairs<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(decode(request).map(Self))
    }
}

/// The errors of parameters that the operation does not declare, and of repeated ones. Empty where the operation takes any parameter.
pub fn undeclared(request: &HttpRequest) -> Vec<FieldError> {
    let mut errors = Vec::new();
    remove_undeclared(request, &mut pairs_of(request), &mut errors);
    errors
}

fn pairs_of(request: &HttpRequest) -> Pairs<'_> {
    form_urlencoded::parse(request.query_string().as_bytes()).collect()
}

fn remove_undeclared(request: &HttpRequest, pairs: &mut Pairs<'_>, errors: &mut Vec<FieldError>) {
    let info = RouteInfo::of(request);
    let Some(declared) = info.query_names() else { return };
    let mut seen: Vec<&str> = Vec::new();
    pairs.retain(|(name, _)| {
        let Some(known) = declared.iter().find(|known| *known == name) else {
            let detail = match declared {
                [] => "is not known here; this operation takes no parameters".to_owned(),
                declared => format!("is not known here; known are {}", declared.join(", ")),
            };
            add(errors, name, "unknown_parameter", detail);
            return false;
        };
        let is_first = !seen.contains(&known.as_str());
        match is_first {
            true => seen.push(known),
            false => add(errors, name, "duplicate_parameter", "must not occur twice".to_owned()),
        }
        is_first
    });
}

/// Adds an error, unless the parameter has one.
fn add(errors: &mut Vec<FieldError>, name: &str, code: &'static str, detail: String) {
    let error = FieldError::new(pointer::join("/query", name), code, detail);
    if errors.len() < MAX_ERRORS && errors.iter().all(|known| known.pointer != error.pointer) {
        errors.push(error);
    }
}

/// serde stops at the first wrong parameter, so that one is removed and the others are decoded again.
fn decode<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, ApiError> {
    let (mut pairs, mut errors) = (pairs_of(request), Vec::new());
    remove_undeclared(request, &mut pairs, &mut errors);
    loop {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let values = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        let error = match serde_path_to_error::deserialize(values) {
            Ok(value) if errors.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        let (code, named, detail) = describe_data(&message);
        let name = named.unwrap_or(&path);
        add(&mut errors, name, code, detail);
        let before = pairs.len();
        pairs.retain(|(known, _)| known != name);
        // Nothing was removed: a required parameter is missing.
        if pairs.len() == before {
            break;
        }
    }
    Err(ApiError::invalid(errors))
}
