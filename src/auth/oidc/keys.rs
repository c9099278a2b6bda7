//! The provider's public keys. An unknown key id leads to a new request, once a minute at most, because anyone can send an unknown key id.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::OidcError;
use super::http::Http;

/// How long keys are cached. A key that the provider withdrew is valid no longer than this.
const CACHE_TTL: Duration = Duration::from_secs(3600);
const MIN_UNKNOWN_KEY_INTERVAL: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct ProviderKeys(Mutex<Option<CachedKeys>>);

struct CachedKeys {
    keys: JwkSet,
    fetched_at: Instant,
    /// When an unknown key id last led to a request.
    unknown_key_fetched_at: Option<Instant>,
}

/// The keys as JSON: a key of an unknown kind is skipped and does not invalidate the others.
#[derive(Deserialize)]
struct AnyKeys {
    keys: Vec<serde_json::Value>,
}

impl ProviderKeys {
    /// The key for a token with this header.
    ///
    /// # Errors
    /// [`OidcError::TokenRefused`] without a fitting key, [`OidcError::Unavailable`] where the provider does not answer.
    pub async fn find(&self, http: &Http, address: &str, header: &Header) -> Result<DecodingKey, OidcError> {
        let mut cached = self.0.lock().await;
        let fresh = cached.take().filter(|cached| cached.fetched_at.elapsed() < CACHE_TTL);
        let current = match fresh {
            Some(fresh) => cached.insert(fresh),
            None => cached.insert(fetch(http, address).await?),
        };
        if let Some(key) = choose(&current.keys, header) {
            return decoding(key);
        }
        if current.unknown_key_fetched_at.is_none_or(|at| at.elapsed() >= MIN_UNKNOWN_KEY_INTERVAL) {
            current.unknown_key_fetched_at = Some(Instant::now());
            current.keys = fetch(http, address).await?.keys;
        }
        match choose(&current.keys, header) {
            Some(key) => decoding(key),
            None => Err(OidcError::TokenRefused("no key of the provider fits".to_owned())),
        }
    }
}

async fn fetch(http: &Http, address: &str) -> Result<CachedKeys, OidcError> {
    let AnyKeys { keys } = http.get_json(address).await?;
    let keys = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok()).collect();
    Ok(CachedKeys { keys: JwkSet { keys }, fetched_at: Instant::now(), unknown_key_fetched_at: None })
}

/// The key with the header's key id. A header without one is accepted only where a single key fits.
fn choose<'k>(keys: &'k JwkSet, header: &Header) -> Option<&'k Jwk> {
    let mut fitting = keys.keys.iter().filter(|key| fits(key, header.alg));
    match &header.kid {
        Some(kid) => fitting.find(|key| key.common.key_id.as_ref() == Some(kid)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let said = key.common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    let family = DecodingKey::from_jwk(key).is_ok_and(|key| key.family() == algorithm.family());
    signs && said && family
}

fn decoding(key: &Jwk) -> Result<DecodingKey, OidcError> {
    DecodingKey::from_jwk(key).map_err(|error| OidcError::TokenRefused(error.to_string()))
}
