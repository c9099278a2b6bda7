//! A trusted proxy sends the requests of many clients over its own connections. Each of these clients has a share of requests at once, as large as the share of
//! connections of a client without a proxy.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::http::accept::share_used_up;
use crate::http::body::Holding;
use crate::http::client_ip::{RequestSource, is_trusted};
use crate::state::AppState;

/// Answers 429 where the client's share is used up. A request is part of it until its answer has been sent.
///
/// # Errors
/// Those of the inner layers.
pub async fn share(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let source = RequestSource::of(request.request());
    let state = request.app_data::<web::Data<AppState>>();
    let Some(state) = state.filter(|state| source.by_proxy && !is_trusted(&source.client, &state.config.proxies))
    else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    match state.requests.take(Some(source.client.network())) {
        Ok(place) => {
            let response = next.call(request).await?.map_into_boxed_body();
            Ok(response.map_body(|_, body| Holding::wrap(body, place)))
        }
        Err(_) => {
            let error = share_used_up("Wait for the answers to your other requests.", "connections");
            Ok(request.error_response(error))
        }
    }
}
