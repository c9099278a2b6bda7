//! The client's address and user agent, from the request.

use actix_web::HttpRequest;

use crate::auth::sessions::Client;
use crate::http::client_ip::RequestSource;

pub fn of(request: &HttpRequest) -> Client {
    Client {
        ip_address: Some(RequestSource::of(request).client.to_string()),
        user_agent: request
            .headers()
            .get("user-agent")
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(400).collect()),
    }
}
