//! JWTs for API consumers. They live ten minutes, are signed with EdDSA only, and end with the session that they were issued from.

use std::sync::Arc;

use chrono::Utc;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::sessions::Sessions;
use super::signing_keys::SigningKeys;
use crate::error::ApiError;

/// The lifetime of a JWT in seconds.
const LIFETIME: i64 = 600;
/// How far the clock of the signing server may be ahead, in seconds.
const LEEWAY: u64 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The user's id.
    sub: String,
    /// The session's id. The session must be valid at every use.
    sid: String,
    iat: i64,
    exp: i64,
}

#[derive(Clone)]
pub struct Tokens {
    pub keys: SigningKeys,
    /// Issuer and audience: the public URL of this server.
    public_url: Arc<str>,
}

/// The identity of a JWT, and its expiry in seconds since 1970.
pub struct Verified {
    pub identity: Arc<Identity>,
    pub expires_at: i64,
}

/// A JWT has two dots. A session token is base64 and has none.
pub fn looks_like_jwt(token: &str) -> bool {
    token.contains('.')
}

impl Tokens {
    pub fn new(keys: SigningKeys, public_url: &str) -> Self {
        Self { keys, public_url: public_url.into() }
    }

    /// Issues a JWT.
    ///
    /// # Errors
    /// `database_unavailable` or `internal` without a signing key.
    pub async fn issue(&self, identity: &Identity) -> Result<String, ApiError> {
        let ring = self.keys.ring().await?;
        let iat = Utc::now().timestamp();
        let claims = Claims {
            iss: self.public_url.to_string(),
            aud: self.public_url.to_string(),
            sub: identity.user.id.clone(),
            sid: identity.session.id.clone(),
            iat,
            exp: iat + LIFETIME,
        };
        let header = Header { kid: Some(ring.signing_kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &ring.signing).map_err(ApiError::internal)
    }

    /// The identity of a JWT. `None` where the JWT is not valid.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
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
        let from_the_future = claims.iat > Utc::now().timestamp() + LEEWAY as i64;
        if too_long || from_the_future {
            return Ok(None);
        }
        let found = sessions.find_by_id(&claims.sid).await?;
        let found = found.filter(|identity| identity.user.id == claims.sub);
        Ok(found.map(|identity| Verified { identity, expires_at: claims.exp }))
    }
}
