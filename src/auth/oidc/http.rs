//! The only way to a provider: addresses that the configuration allows, no redirects, five seconds, and answers of a sane size.

use std::time::Duration;

use reqwest::{Client, Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;

use super::OidcError;
use crate::config::ProviderConfig;

const PATIENCE: Duration = Duration::from_secs(5);
/// Google's discovery document has 2 KB, its keys have 3.
const MAX_BYTES: usize = 256 * 1024;

pub struct Http {
    client: Client,
    pub config: ProviderConfig,
}

impl Http {
    pub fn new(config: ProviderConfig) -> Result<Self, OidcError> {
        // The process may have no default yet (tests); a second one is refused and does not matter.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("landfall")
            .build()
            .map_err(|error| OidcError::Unavailable(error.to_string()))?;
        Ok(Self { client, config })
    }

    pub async fn get_json<T: DeserializeOwned>(&self, address: &str) -> Result<T, OidcError> {
        self.read_json(address, self.client.get(address)).await
    }

    /// The same for whom the token names.
    pub async fn get_json_as<T: DeserializeOwned>(&self, address: &str, token: &str) -> Result<T, OidcError> {
        self.read_json(address, self.client.get(address).bearer_auth(token)).await
    }

    async fn read_json<T: DeserializeOwned>(&self, address: &str, request: RequestBuilder) -> Result<T, OidcError> {
        let request = request.build().map_err(away)?;
        let (status, body) = self.send(request).await?;
        if status != 200 {
            return Err(OidcError::Unavailable(format!("{address} answered {status}")));
        }
        serde_json::from_slice(&body).map_err(|error| OidcError::Unavailable(format!("{address}: {error}")))
    }

    /// Status and body, whatever they are.
    pub async fn send(&self, request: Request) -> Result<(u16, Vec<u8>), OidcError> {
        if !self.config.allows(request.url().as_str()) {
            return Err(OidcError::Unavailable(format!("{} is not https", request.url())));
        }
        let response = self.client.execute(request).await.map_err(away)?;
        Ok((response.status().as_u16(), read(response).await?))
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, OidcError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(OidcError::Unavailable("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the address: the token endpoint's request may hold secrets, and some providers take them in the query.
fn away(error: reqwest::Error) -> OidcError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    OidcError::Unavailable(text)
}
