//! Bodies with a document. They may be larger than others, and the document has its own limit.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::http::extract::json;
use crate::json::{Check, FreeJson};
use crate::kinds::projects::requests::{CreateProjectRequest, PutProjectRequest, require_document_size};
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
            let body: T = json::read(&request, payload, json::document_limit(&request)).await?;
            if let Some(state) = request.app_data::<Data<AppState>>() {
                require_document_size(body.document(), state.config.data)?;
            }
            Ok(Self(body))
        }
        .boxed_local()
    }
}
