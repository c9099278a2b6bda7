//! What an id token must hold to be believed (OpenID Connect Core 1.0, 3.1.3.7).

use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;

use super::OidcError;
use crate::config::ProviderConfig;

/// Asymmetric ones alone: with HS256 the client's secret would sign, with `none` anybody.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// Clocks of provider and server may differ by so many seconds.
const LEEWAY: u64 = 30;
/// A token that was made for this sign-in is not older than this, in seconds.
const MAX_AGE: i64 = 600;

/// Who the provider says that somebody is.
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

/// Some providers write the word instead of the value.
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
        "the nonce is another sign-in's"
    } else if claims.sub.is_empty() || claims.sub.len() > 255 {
        "the subject is none"
    } else if claims.iat > now + LEEWAY as i64 || claims.iat < now - MAX_AGE {
        "it was made at another time"
    } else if matches!(&claims.aud, Audience::Several(all) if all.len() > 1 && claims.azp.is_none()) {
        "it is for several and does not say who asked"
    } else if claims.azp.as_ref().is_some_and(|party| *party != provider.client_id) {
        "somebody else asked for it"
    } else {
        return Ok(claims);
    };
    Err(OidcError::TokenRefused(why.to_owned()))
}

fn refused(error: jsonwebtoken::errors::Error) -> OidcError {
    OidcError::TokenRefused(error.to_string())
}
