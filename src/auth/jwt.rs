//! JWTs for API consumers: ten minutes, EdDSA and nothing else, and never alive longer than the session that they were made from.

use std::sync::Arc;

use chrono::Utc;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use super::sessions::{Identity, Sessions};
use super::signing_keys::SigningKeys;
use crate::error::ApiError;

/// Seconds.
const LIFETIME: i64 = 600;
/// Other clocks than the one that wrote `iat` may be behind by so many seconds.
const LEEWAY: u64 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The person.
    sub: String,
    /// The session; it must be alive at every use.
    sid: String,
    iat: i64,
    exp: i64,
}

#[derive(Clone)]
pub struct Tokens {
    pub keys: SigningKeys,
    /// Issuer and audience: this server, by its public address.
    public_url: Arc<str>,
}

/// Who a JWT names, and until when (seconds since 1970).
pub struct Verified {
    pub identity: Arc<Identity>,
    pub expires_at: i64,
}

/// A session's token is base64 and has no dots; a JWT has two.
pub fn looks_like_jwt(token: &str) -> bool {
    token.contains('.')
}

impl Tokens {
    pub fn new(keys: SigningKeys, public_url: &str) -> Self {
        Self { keys, public_url: public_url.into() }
    }

    /// `not_after`: of the JWT that asked, if one did. It can't prolong itself.
    pub async fn issue(&self, identity: &Identity, not_after: Option<i64>) -> Result<String, ApiError> {
        let ring = self.keys.ring().await?;
        let iat = Utc::now().timestamp();
        let exp = not_after.map_or(iat + LIFETIME, |end| end.min(iat + LIFETIME));
        let claims = Claims {
            iss: self.public_url.to_string(),
            aud: self.public_url.to_string(),
            sub: identity.user.id.clone(),
            sid: identity.session.id.clone(),
            iat,
            exp,
        };
        let header = Header { kid: Some(ring.signing_kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &ring.signing).map_err(ApiError::internal)
    }

    /// The caller whom a JWT names, or `None` for whatever is wrong with it.
    pub async fn verify(&self, token: &str, sessions: &Sessions) -> Result<Option<Verified>, ApiError> {
        let Ok(header) = decode_header(token) else { return Ok(None) };
        let (Algorithm::EdDSA, Some(kid)) = (header.alg, header.kid) else { return Ok(None) };
        let Some(key) = self.keys.verifying(&kid).await? else { return Ok(None) };
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.leeway = 0;
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.set_issuer(&[&self.public_url]);
        rules.set_audience(&[&self.public_url]);
        let Ok(data) = decode::<Claims>(token, &key, &rules) else { return Ok(None) };
        let claims = data.claims;
        let too_long = claims.exp - claims.iat > LIFETIME;
        let from_tomorrow = claims.iat > Utc::now().timestamp() + LEEWAY as i64;
        if too_long || from_tomorrow {
            return Ok(None);
        }
        let found = sessions.find_by_id(&claims.sid).await?;
        let found = found.filter(|identity| identity.user.id == claims.sub);
        Ok(found.map(|identity| Verified { identity, expires_at: claims.exp }))
    }
}
