//! Bodies with a document. They may be larger than others, and the document has its own limit.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, ErrorCode, FieldError};
use crate::http::extract::json;
use crate::json::{Check, FreeJson};
use crate::kinds::projects::requests::{CreateProjectRequest, PutProjectRequest};
use crate::state::AppState;

/// A body that was read, decoded and checked, with a document within its limit.
pub struct ProjectBody<T>(pub T);

pub trait HasDocument {
    fn document(&self) -> Option<&FreeJson>;
}

impl HasDocument for PutProjectRequest {
    fn document(&self) -> Option<&FreeJson> {
        self.data.as_ref().and_then(Option::as_ref)
    }
}

impl HasDocument for CreateProjectRequest {
    fn document(&self) -> Option<&FreeJson> {
        self.data.as_ref()
    }
}

impl<T: DeserializeOwned + Check + HasDocument + 'static> FromRequest for ProjectBody<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            let server = request.app_data::<Data<AppState>>().map(|state| &state.config.server);
            let (ordinary, document) =
                server.map_or((0, 0), |server| (server.max_body_bytes, server.max_project_bytes));
            // Twice the limit of the document, because blanks between its members don't count.
            let body: T = json::read(&request, payload, ordinary.max(document.saturating_mul(2))).await?;
            match body.document() {
                Some(data) if data.is_larger_than(document) => Err(too_large(document)),
                _ => Ok(Self(body)),
            }
        }
        .boxed_local()
    }
}

fn too_large(limit: usize) -> ApiError {
    let detail = format!("may have {limit} bytes at most");
    ApiError::new(ErrorCode::PayloadTooLarge, format!("The document {detail}.")).with_errors(vec![FieldError::new(
        "/data",
        "too_large",
        detail,
    )])
}
