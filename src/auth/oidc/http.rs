//! Requests to providers: only to URLs that the configuration allows, without redirects, with 5 s and a maximal size of the answer.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;

use super::OidcError;
use crate::authorities;
use crate::config::ProviderConfig;

const TIMEOUT: Duration = Duration::from_secs(5);
/// The maximal size of an answer in bytes. Google's discovery document has 2 KB, its keys have 3 KB.
const MAX_BYTES: usize = 256 * 1024;

/// The HTTP client for one provider.
pub struct Http {
    client: Client,
    pub config: ProviderConfig,
}

impl Http {
    /// A client without redirects, with a time limit for each request.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] if there can be no client.
    pub fn new(config: ProviderConfig) -> Result<Self, OidcError> {
        crate::auth::jwt_crypto::install();
        let builder = authorities::http_client()
            .map(|client| client.timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).user_agent("landfall"));
        let client =
            builder.and_then(ClientBuilder::build).map_err(|error| OidcError::Unavailable(error.to_string()))?;
        Ok(Self { client, config })
    }

    /// Reads a document, which has 256 KiB at most.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] for any other answer than 200 with JSON of this type.
    pub async fn get_json<T: DeserializeOwned>(&self, address: &str) -> Result<T, OidcError> {
        self.read_json(address, self.client.get(address)).await
    }

    /// As [`Self::get_json`], with a bearer token.
    ///
    /// # Errors
    /// As [`Self::get_json`].
    pub async fn get_json_as<T: DeserializeOwned>(&self, address: &str, token: &str) -> Result<T, OidcError> {
        self.read_json(address, self.client.get(address).bearer_auth(token)).await
    }

    async fn read_json<T: DeserializeOwned>(&self, address: &str, request: RequestBuilder) -> Result<T, OidcError> {
        let request = request.build().map_err(unavailable)?;
        let (status, body) = self.send(request).await?;
        if status != 200 {
            return Err(OidcError::Unavailable(format!("{address} answered {status}")));
        }
        serde_json::from_slice(&body).map_err(|error| OidcError::Unavailable(format!("{address}: {error}")))
    }

    /// The status and body of an answer, of any status.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`].
    pub async fn send(&self, request: Request) -> Result<(u16, Vec<u8>), OidcError> {
        if !self.config.allows(request.url().as_str()) {
            return Err(OidcError::Unavailable(format!("{} is not https", request.url())));
        }
        let response = self.client.execute(request).await.map_err(unavailable)?;
        Ok((response.status().as_u16(), read(response).await?))
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, OidcError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(OidcError::Unavailable("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The URL is left out of the error: a request to the token endpoint may hold secrets, which some providers take in the query.
fn unavailable(error: reqwest::Error) -> OidcError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    OidcError::Unavailable(text)
}
