//! A server that stops goes on to serve until load balancers have taken it out. Each answer meanwhile ends its connection, so that the client's next
//! request goes to another server.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::state::AppState;

/// Ends the connection after the answer, errors of the inner layers included.
pub async fn last_answer<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let result = next.call(request).await;
    if state.is_none_or(|state| !state.health.is_stopping()) {
        return result;
    }
    match result {
        Ok(mut response) => {
            response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            Ok(response)
        }
        Err(mut error) => {
            error.add_response_mapper(|mut response| {
                response.head_mut().set_connection_type(ConnectionType::Close);
                response
            });
            Err(error)
        }
    }
}
