//! Requests of commands: to the server itself and to the object storage.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::authorities;
use crate::boot::BootError;

/// How long a request of a command may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A client that follows no redirects and keeps the certificate of the other side.
///
/// # Errors
/// If the certificates of authorities can't be used.
pub fn client() -> Result<Client, BootError> {
    let client = authorities::http_client().and_then(|client| {
        client.timeout(TIMEOUT).redirect(Policy::none()).tls_info(true).user_agent("landfall").build()
    });
    client.map_err(|error| BootError::Other(format!("No HTTP client: {}", why(&error))))
}

/// An error with its causes. The outermost one does not name the cause.
pub fn why(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
