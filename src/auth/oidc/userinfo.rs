//! The user info of a provider (OpenID Connect Core 1.0, 5.3). Some providers leave the email address out of the id token and send it here only.

use oauth2::AccessToken;

use super::OidcError;
use super::claims::{Claims, Members};
use super::discovery::Metadata;
use super::http::Http;

/// Adds the user info to claims without an email address. Providers without a user info endpoint are not asked.
///
/// # Errors
/// [`OidcError::Unavailable`], and the refusal of user info about another subject.
pub async fn complete(
    http: &Http,
    metadata: &Metadata,
    token: &AccessToken,
    claims: Claims,
) -> Result<Claims, OidcError> {
    let (None, Some(address)) = (&claims.email, &metadata.userinfo_endpoint) else { return Ok(claims) };
    let info: Members = http.get_json_as(address, token.secret()).await?;
    merge(claims, info.claims()?)
}

fn merge(mut claims: Claims, info: Claims) -> Result<Claims, OidcError> {
    // The answer is not signed, so it counts for the subject of the id token only (5.3.2).
    if info.sub != claims.sub {
        return Err(OidcError::TokenRefused("the user info is of another subject".to_owned()));
    }
    // The address and its verification have one source: the id token does not verify another address.
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
        let read = |value| serde_json::from_value::<Members>(value).ok()?.claims().ok();
        merge(read(claims)?, read(info)?).ok()
    }

    #[test]
    fn address_is_taken_with_its_verification_and_for_the_same_subject_only() {
        let claims = json!({ "sub": "g-1", "name": "Anna", "email_verified": true });
        let info = json!({ "sub": "g-1", "email": "anna@harbour.example", "name": "Another" });
        let found = merged(claims.clone(), info);
        assert!(found.is_some_and(|found| found.email.as_deref() == Some("anna@harbour.example")
            && !found.email_verified
            && found.name.as_deref() == Some("Anna")));
        let info = json!({ "sub": "g-2", "email": "anna@harbour.example", "email_verified": true });
        assert!(merged(claims, info).is_none());
    }
}
