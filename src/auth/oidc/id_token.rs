//! Verifies an id token (OpenID Connect Core 1.0, 3.1.3.7).

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;

use super::OidcError;
use crate::config::ProviderConfig;

/// Asymmetric algorithms only. With HS256 the client's secret could sign tokens, and with `none` anyone could.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// The allowed difference between the clocks of provider and server, in seconds.
const LEEWAY: u64 = 30;
/// The maximal age of an id token in seconds.
const MAX_AGE: i64 = 600;

/// The claims of an id token.
#[derive(Debug, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub email: Option<String>,
    #[serde(default)]
    pub email_verified: EmailVerified,
    pub name: Option<String>,
    pub picture: Option<String>,
    nonce: Option<String>,
    iat: i64,
    aud: Audience,
    azp: Option<String>,
}

/// A boolean that some providers write as a string.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum EmailVerified {
    Flag(bool),
    Word(String),
    #[default]
    Unsaid,
}

impl EmailVerified {
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Flag(true)) || matches!(self, Self::Word(word) if word == "true")
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(#[expect(dead_code, reason = "checked by the library")] String),
    Several(Vec<String>),
}

pub fn header(token: &str) -> Result<Header, OidcError> {
    let header = decode_header(token).map_err(refused)?;
    match ALGORITHMS.contains(&header.alg) {
        true => Ok(header),
        false => Err(OidcError::TokenRefused(format!("signed with {:?}", header.alg))),
    }
}

pub fn verify(
    token: &str,
    header: &Header,
    key: &DecodingKey,
    provider: &ProviderConfig,
    nonce: &str,
) -> Result<Claims, OidcError> {
    let mut rules = Validation::new(header.alg);
    rules.leeway = LEEWAY;
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.set_issuer(&[&provider.issuer]);
    rules.set_audience(&[&provider.client_id]);
    let claims = decode::<Claims>(token, key, &rules).map_err(refused)?.claims;
    let now = Utc::now().timestamp();
    let why = if claims.nonce.as_deref() != Some(nonce) {
        "the nonce is of another sign-in"
    } else if claims.sub.is_empty() || claims.sub.len() > 255 {
        "the subject is missing or too long"
    } else if claims.iat > now + LEEWAY as i64 || claims.iat < now - MAX_AGE {
        "it was not issued during this sign-in"
    } else if matches!(&claims.aud, Audience::Several(all) if all.len() > 1 && claims.azp.is_none()) {
        "it has several audiences and no authorized party"
    } else if claims.azp.as_ref().is_some_and(|party| *party != provider.client_id) {
        "the authorized party is another client"
    } else {
        return Ok(claims);
    };
    Err(OidcError::TokenRefused(why.to_owned()))
}

fn refused(error: jsonwebtoken::errors::Error) -> OidcError {
    OidcError::TokenRefused(error.to_string())
}
