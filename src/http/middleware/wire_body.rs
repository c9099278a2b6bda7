//! Wraps the body of each request in a [`Wire`], so that every reader has its limits of time, and ends the connection of a body that is not read to its end.
//!
//! Without this, actix reads and discards the rest of a chunked body for as long as the client sends it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};

use crate::http::body::Holding;
use crate::http::body::wire::{Wire, WireBody};

/// The outermost middleware: an answer of any other one may come before the body is read.
///
/// # Errors
/// Those of the inner layers.
pub async fn wire_body(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let wire = Wire::new(payload);
    request.set_payload(Payload::Stream { payload: Box::pin(WireBody::new(wire.clone())) });
    request.extensions_mut().insert(wire.clone());
    match next.call(request).await {
        Ok(response) if wire.has_ended() => Ok(response.map_into_boxed_body()),
        // actix closes a connection after an answer if the body of the request still exists and has not arrived whole.
        Ok(response) => Ok(response.map_into_boxed_body().map_body(|_, body| Holding::wrap(body, wire))),
        Err(mut error) => {
            error.add_response_mapper(move |response| {
                let wire = wire.clone();
                response.map_body(|_, body| Holding::wrap(body, wire))
            });
            Err(error)
        }
    }
}
