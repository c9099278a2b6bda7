//! The client for requests to receivers of traces and faults.

use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A client without redirects, so that spans and faults go to the address of the settings only.
///
/// # Errors
/// Why there is none, as text.
pub fn client() -> Result<reqwest::Client, String> {
    // Another part may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
    builder.user_agent("landfall").build().map_err(|error| error.to_string())
}
