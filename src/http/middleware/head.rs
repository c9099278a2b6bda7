//! HEAD wherever GET is: the answer to a HEAD is that of the GET without its body (RFC 9110, 9.3.2). Routes know GET only.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Bytes;

/// Routes a HEAD as a GET, and drops the body of the answer without reading it: a stream ends at once. Inner layers see a GET;
/// `RouteInfo` has the method of the request.
///
/// # Errors
/// Those of the inner layers.
pub async fn head<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, NoBody>>, Error> {
    if request.method() != Method::HEAD {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    request.head_mut().method = Method::GET;
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| EitherBody::right(NoBody(body.size()))))
}

/// The size of a body without its bytes. actix writes `content-length` or `transfer-encoding` by it.
pub struct NoBody(BodySize);

impl MessageBody for NoBody {
    type Error = Error;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        Poll::Ready(None)
    }
}
