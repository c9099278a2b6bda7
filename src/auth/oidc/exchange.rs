//! Exchanges the authorization code for an id token through the `oauth2` library, with PKCE and the client's secret. The provider's other tokens are
//! discarded.

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OidcError;
use super::discovery::Metadata;
use super::http::Http;

/// The member that OpenID Connect adds to the token response.
#[derive(Serialize, Deserialize)]
pub struct IdTokenMember {
    id_token: Option<String>,
}

/// The tokens of a sign-in. They are dropped when it ends.
pub struct Tokens {
    pub id_token: String,
    /// Authorizes the request for the user info.
    pub access_token: AccessToken,
}

/// Hides the token, so that logs can't hold it.
impl std::fmt::Debug for IdTokenMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl oauth2::ExtraTokenFields for IdTokenMember {}

type Client<HasAuth, HasToken> = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenMember, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    HasAuth,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    HasToken,
>;

/// The OAuth client of a provider.
///
/// # Errors
/// [`OidcError::Unavailable`] for an address that is no URL.
pub fn client(
    http: &Http,
    redirect_uri: &str,
    metadata: &Metadata,
) -> Result<Client<EndpointSet, EndpointSet>, OidcError> {
    let bad = |error: oauth2::url::ParseError| OidcError::Unavailable(error.to_string());
    let mut client = Client::new(ClientId::new(http.config.client_id.clone()))
        .set_auth_uri(AuthUrl::new(metadata.authorization_endpoint.clone()).map_err(bad)?)
        .set_token_uri(TokenUrl::new(metadata.token_endpoint.clone()).map_err(bad)?)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned()).map_err(bad)?);
    if let Some(secret) = &http.config.client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    if metadata.wants_secret_in_body() {
        client = client.set_auth_type(AuthType::RequestBody);
    }
    Ok(client)
}

/// Exchanges a code for tokens.
///
/// # Errors
/// [`OidcError::CodeRefused`] and [`OidcError::Unavailable`].
pub async fn redeem(
    http: &Http,
    redirect_uri: &str,
    metadata: &Metadata,
    code: &str,
    verifier: &str,
) -> Result<Tokens, OidcError> {
    let client = client(http, redirect_uri, metadata)?;
    let send = |request: HttpRequest| send(http, request);
    let response = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
        .request_async(&send)
        .await
        .map_err(|error| match error {
            RequestTokenError::ServerResponse(response) => OidcError::CodeRefused(response.error().to_string()),
            RequestTokenError::Request(error) => error,
            // The body is left out: it may hold tokens.
            RequestTokenError::Parse(error, _) => OidcError::Unavailable(format!("token response: {error}")),
            RequestTokenError::Other(text) => OidcError::Unavailable(text),
        })?;
    let member = response.extra_fields().id_token.clone();
    let id_token = member.ok_or_else(|| OidcError::TokenRefused("the provider sent none".to_owned()))?;
    Ok(Tokens { id_token, access_token: response.access_token().clone() })
}

/// The members of a token response that a sign-in needs. Some providers write the others in odd types (`expires_in` as a text), which the library refuses.
fn needed(body: &[u8]) -> Option<Vec<u8>> {
    let members: serde_json::Map<String, Value> = serde_json::from_slice(body).ok()?;
    let mut needed: serde_json::Map<String, Value> =
        members.into_iter().filter(|(name, _)| matches!(name.as_str(), "access_token" | "id_token")).collect();
    needed.insert("token_type".to_owned(), Value::from("Bearer"));
    serde_json::to_vec(&needed).ok()
}

async fn send(http: &Http, request: HttpRequest) -> Result<HttpResponse, OidcError> {
    let odd = |error: &dyn std::error::Error| OidcError::Unavailable(error.to_string());
    let request = reqwest::Request::try_from(request).map_err(|error| odd(&error))?;
    let (status, body) = http.send(request).await?;
    if status >= 500 {
        return Err(OidcError::Unavailable(format!("the token endpoint answered {status}")));
    }
    let mut response = HttpResponse::new(if status == 200 { needed(&body).unwrap_or(body) } else { body });
    *response.status_mut() = oauth2::http::StatusCode::from_u16(status).map_err(|error| odd(&error))?;
    Ok(response)
}
