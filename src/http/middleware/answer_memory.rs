//! An answer that waits in memory until its client has read it counts as its caller's share of the memory for bodies. It is handed to the connection in
//! slices, so that it is in memory once.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};

use crate::http::body::read::share_of;
use crate::limits::body_memory::BodyShare;

/// Smaller answers fit into the buffers of their connections.
const SMALL: u64 = 64 * 1024;
const SLICE: usize = 64 * 1024;

/// Answers 429 or 503 where the answer has no room beside those that are not read yet. What the request has written stays written, and its repeat is
/// answered like every repeat.
///
/// # Errors
/// Those of the inner layers.
pub async fn answer_memory(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    if !matches!(response.response().body().size(), BodySize::Sized(bytes) if bytes > SMALL) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        // A file that is read while it is sent.
        Err(body) => return Ok(ServiceResponse::new(request, response.set_body(body))),
    };
    // The body of the request was read.
    request.extensions_mut().remove::<BodyShare>();
    let mut share = share_of(&request).await?;
    if let Err(error) = share.resize(bytes.len()) {
        return Ok(ServiceResponse::from_err(error, request));
    }
    Ok(ServiceResponse::new(request, response.set_body(BoxBody::new(Answer { rest: bytes, _share: share }))))
}

struct Answer {
    rest: Bytes,
    _share: BodyShare,
}

impl MessageBody for Answer {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.rest.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let length = self.rest.len().min(SLICE);
        Poll::Ready((length > 0).then(|| Ok(self.rest.split_to(length))))
    }
}
