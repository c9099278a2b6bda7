//! What a provider says of a person beside the id token (OpenID Connect Core 1.0, 5.3). Some leave the address out of the token and say it here alone.

use oauth2::AccessToken;
use serde::Deserialize;

use super::OidcError;
use super::discovery::Metadata;
use super::http::Http;
use super::id_token::{Claims, EmailVerified};

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: EmailVerified,
    name: Option<String>,
    picture: Option<String>,
}

/// Asks only where the token has no address; who cannot be asked has said all.
pub async fn complete(
    http: &Http,
    metadata: &Metadata,
    token: &AccessToken,
    claims: Claims,
) -> Result<Claims, OidcError> {
    let (None, Some(address)) = (&claims.email, &metadata.userinfo_endpoint) else { return Ok(claims) };
    let info: UserInfo = http.get_json_as(address, token.secret()).await?;
    merge(claims, info)
}

fn merge(mut claims: Claims, info: UserInfo) -> Result<Claims, OidcError> {
    // The answer is not signed: it is believed for the person of the token and nobody else (5.3.2).
    if info.sub != claims.sub {
        return Err(OidcError::TokenRefused("the user info is somebody else's".to_owned()));
    }
    // Address and proof are of one source: a token's word does not vouch for another address.
    claims.email = info.email;
    claims.email_verified = info.email_verified;
    claims.name = claims.name.or(info.name);
    claims.picture = claims.picture.or(info.picture);
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn merged(claims: Value, info: Value) -> Option<Claims> {
        merge(serde_json::from_value(claims).ok()?, serde_json::from_value(info).ok()?).ok()
    }

    #[test]
    fn address_is_taken_with_its_proof_and_of_nobody_else() {
        let claims = json!({ "sub": "g-1", "iat": 0, "aud": "landfall", "name": "Anna", "email_verified": true });
        let info = json!({ "sub": "g-1", "email": "anna@harbour.example", "name": "Another" });
        let found = merged(claims.clone(), info);
        assert!(found.is_some_and(|found| found.email.as_deref() == Some("anna@harbour.example")
            && !found.email_verified.is_true()
            && found.name.as_deref() == Some("Anna")));
        let info = json!({ "sub": "g-2", "email": "anna@harbour.example", "email_verified": true });
        assert!(merged(claims, info).is_none());
    }
}
