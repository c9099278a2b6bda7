//! OpenID providers: where they are, what their tokens say. Knows no person and no session of ours, and holds no database connection.

mod discovery;
mod exchange;
mod http;
mod id_token;
mod keys;
mod userinfo;

use std::sync::Arc;

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};

use crate::config::ProviderConfig;
use discovery::Discovery;
use keys::ProviderKeys;

pub use id_token::Claims;

/// Why a provider did not tell us who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// It does not answer, or not as a provider does.
    #[error("the provider is away: {0}")]
    Unavailable(String),
    /// It does not take the code: used, expired, or of somebody else.
    #[error("the code was refused: {0}")]
    CodeRefused(String),
    /// What it says does not hold.
    #[error("the id token was refused: {0}")]
    TokenRefused(String),
}

/// What a sign-in asks for.
pub const SCOPES: [&str; 3] = ["openid", "email", "profile"];

pub struct Provider {
    pub config: ProviderConfig,
    redirect_uri: String,
    http: http::Http,
    discovery: Discovery,
    keys: ProviderKeys,
}

/// All providers of the configuration.
#[derive(Clone)]
pub struct Providers(Arc<Vec<Provider>>);

impl Providers {
    pub fn new(configs: &[ProviderConfig], public_url: &str) -> Result<Self, OidcError> {
        let providers = configs.iter().map(|config| Provider::new(config.clone(), public_url));
        Ok(Self(Arc::new(providers.collect::<Result<_, _>>()?)))
    }

    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.config.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

impl Provider {
    fn new(config: ProviderConfig, public_url: &str) -> Result<Self, OidcError> {
        Ok(Self {
            redirect_uri: format!("{public_url}/api/auth/callback/{}", config.id),
            http: http::Http::new(config.clone())?,
            config,
            discovery: Discovery::default(),
            keys: ProviderKeys::default(),
        })
    }

    /// Where to send the browser.
    pub async fn authorization_url(&self, state: &str, nonce: &str, verifier: &str) -> Result<String, OidcError> {
        let metadata = self.discovery.get(&self.http).await?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.to_owned()));
        let client = exchange::client(self, &metadata)?;
        let mut request = client
            .authorize_url(|| oauth2::CsrfToken::new(state.to_owned()))
            .add_scopes(SCOPES.map(|scope| oauth2::Scope::new(scope.to_owned())))
            .add_extra_param("nonce", nonce)
            .set_pkce_challenge(challenge);
        if self.config.issuer == "https://accounts.google.com" {
            // Otherwise Google takes whoever is signed in there, and nobody could choose another account.
            request = request.add_extra_param("prompt", "select_account");
        }
        Ok(request.url().0.into())
    }

    /// Turns the code of a callback into what the provider says of the person. The provider's tokens end here.
    pub async fn redeem(&self, code: &str, nonce: &str, verifier: &str) -> Result<Claims, OidcError> {
        let metadata = self.discovery.get(&self.http).await?;
        let exchange::Tokens { id_token, access_token } = exchange::redeem(self, &metadata, code, verifier).await?;
        let header = id_token::header(&id_token)?;
        let key = self.keys.find(&self.http, &metadata.jwks_uri, &header).await?;
        let claims = id_token::verify(&id_token, &header, &key, &self.config, nonce)?;
        userinfo::complete(&self.http, &metadata, &access_token, claims).await
    }
}
