//! The provider's discovery document (OpenID Connect Discovery 1.0), cached for an hour. The last document stays in use while the provider is
//! unavailable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;

use super::OidcError;
use super::http::Http;

const CACHE_TTL: Duration = Duration::from_secs(3600);

#[derive(Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    /// `None` means `client_secret_basic`.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Metadata {
    /// True if the client's secret belongs into the body, because the provider accepts it nowhere else.
    pub fn wants_secret_in_body(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_some_and(|methods| !methods.iter().any(|method| method == "client_secret_basic"))
    }
}

#[derive(Default)]
pub struct Discovery(Mutex<Option<(Instant, Arc<Metadata>)>>);

impl Discovery {
    /// The provider's metadata, from the cache or from the provider.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`].
    pub async fn get(&self, http: &Http) -> Result<Arc<Metadata>, OidcError> {
        let mut cached = self.0.lock().await;
        if let Some((at, metadata)) = cached.as_ref()
            && at.elapsed() < CACHE_TTL
        {
            return Ok(metadata.clone());
        }
        match fetch(http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *cached = Some((Instant::now(), metadata.clone()));
                Ok(metadata)
            }
            Err(error) => match cached.as_ref() {
                Some((_, old)) => {
                    tracing::warn!(issuer = http.config.issuer, %error, "going on with the last discovery document");
                    Ok(old.clone())
                }
                None => Err(error),
            },
        }
    }
}

async fn fetch(http: &Http) -> Result<Metadata, OidcError> {
    let issuer = &http.config.issuer;
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let metadata: Metadata = http.get_json(&address).await?;
    // A document with another issuer could impersonate that issuer's users.
    if metadata.issuer != *issuer {
        return Err(OidcError::Unavailable(format!("{address} is of the issuer {}", metadata.issuer)));
    }
    let addresses = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
    let addresses = addresses.into_iter().chain(&metadata.userinfo_endpoint);
    if let Some(address) = addresses.into_iter().find(|address| !http.config.allows(address)) {
        return Err(OidcError::Unavailable(format!("{address} is not https")));
    }
    Ok(metadata)
}
