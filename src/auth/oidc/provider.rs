//! A configured provider, and the two steps of a sign-in: the address for the browser, and the claims for a code.

use std::sync::Arc;

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

use super::OidcError;
use super::claims::Claims;
use super::discovery::Discovery;
use super::http::Http;
use super::keys::ProviderKeys;
use super::{exchange, id_token, userinfo};
use crate::config::ProviderConfig;

/// The scopes that a sign-in requests.
pub const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// A provider of sign-ins.
pub struct Provider {
    pub config: ProviderConfig,
    redirect_uri: String,
    http: Http,
    discovery: Discovery,
    keys: ProviderKeys,
}

/// All configured providers.
#[derive(Clone)]
pub struct Providers(Arc<Vec<Provider>>);

impl Providers {
    /// The providers of these configurations.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] if there can be no HTTP client.
    pub fn new(configs: &[ProviderConfig], public_url: &str) -> Result<Self, OidcError> {
        let providers = configs.iter().map(|config| Provider::new(config.clone(), public_url));
        Ok(Self(Arc::new(providers.collect::<Result<_, _>>()?)))
    }

    /// The provider with this id.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.config.id == id)
    }

    /// All providers, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

impl Provider {
    fn new(config: ProviderConfig, public_url: &str) -> Result<Self, OidcError> {
        Ok(Self {
            redirect_uri: format!("{public_url}/api/auth/callback/{}", config.id),
            http: Http::new(config.clone())?,
            config,
            discovery: Discovery::default(),
            keys: ProviderKeys::default(),
        })
    }

    /// The address of the provider's sign-in page.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] without a discovery document.
    pub async fn authorization_url(&self, state: &str, nonce: &str, verifier: &str) -> Result<String, OidcError> {
        let metadata = self.discovery.get(&self.http).await?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned()));
        let client = exchange::client(&self.http, &self.redirect_uri, &metadata)?;
        let mut request = client
            .authorize_url(|| oauth2::CsrfToken::new(state.to_owned()))
            .add_scopes(SCOPES.map(|scope| oauth2::Scope::new(scope.to_owned())))
            .add_extra_param("nonce", nonce)
            .set_pkce_challenge(challenge);
        if self.config.issuer == "https://accounts.google.com" {
            // Google would take the current Google session otherwise, without a choice of the account.
            request = request.add_extra_param("prompt", "select_account");
        }
        Ok(request.url().0.into())
    }

    /// Exchanges the authorization code for the claims of the user. The provider's tokens are dropped here.
    ///
    /// # Errors
    /// An [`OidcError`].
    pub async fn redeem(&self, code: &str, nonce: &str, verifier: &str) -> Result<Claims, OidcError> {
        let metadata = self.discovery.get(&self.http).await?;
        let exchange::Tokens { id_token, access_token } =
            exchange::redeem(&self.http, &self.redirect_uri, &metadata, code, verifier).await?;
        let header = id_token::header(&id_token)?;
        let key = self.keys.find(&self.http, &metadata.jwks_uri, &header).await?;
        let claims = id_token::verify(&id_token, &header, &key, &self.config, nonce)?;
        userinfo::complete(&self.http, &metadata, &access_token, claims).await
    }
}
