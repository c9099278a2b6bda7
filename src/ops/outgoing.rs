//! The client for requests to receivers of traces and faults.

use std::time::Duration;

use crate::authorities;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A client without redirects, so that spans and faults go to the address of the settings only.
///
/// # Errors
/// Why there is none, as text.
pub fn client() -> Result<reqwest::Client, String> {
    let built = authorities::http_client().and_then(|builder| {
        builder.timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).user_agent("landfall").build()
    });
    built.map_err(|error| error.to_string())
}
