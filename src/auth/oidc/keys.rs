//! The provider's public keys. A key that we don't know makes us ask again, once a minute at most: anybody can invent names of keys.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::OidcError;
use super::http::Http;

/// Keys that the provider has withdrawn are forgotten after this.
const KEPT: Duration = Duration::from_secs(3600);
const ASKED_AT_MOST_EVERY: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct ProviderKeys(Mutex<Option<Kept>>);

struct Kept {
    keys: JwkSet,
    asked_at: Instant,
    /// When a key that we didn't know made us ask.
    asked_for_unknown_at: Option<Instant>,
}

/// Providers list keys of kinds that we don't know; those are no reason to refuse the others.
#[derive(Deserialize)]
struct AnyKeys {
    keys: Vec<serde_json::Value>,
}

impl ProviderKeys {
    /// The key that signed a token with this header.
    pub async fn find(&self, http: &Http, address: &str, header: &Header) -> Result<DecodingKey, OidcError> {
        let mut kept = self.0.lock().await;
        let fresh = kept.take().filter(|kept| kept.asked_at.elapsed() < KEPT);
        let current = match fresh {
            Some(fresh) => kept.insert(fresh),
            None => kept.insert(fetch(http, address).await?),
        };
        if let Some(key) = choose(&current.keys, header) {
            return decoding(key);
        }
        if current.asked_for_unknown_at.is_none_or(|at| at.elapsed() >= ASKED_AT_MOST_EVERY) {
            current.asked_for_unknown_at = Some(Instant::now());
            current.keys = fetch(http, address).await?.keys;
        }
        match choose(&current.keys, header) {
            Some(key) => decoding(key),
            None => Err(OidcError::TokenRefused("no key of the provider fits".to_owned())),
        }
    }
}

async fn fetch(http: &Http, address: &str) -> Result<Kept, OidcError> {
    let AnyKeys { keys } = http.get_json(address).await?;
    let keys = keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok()).collect();
    Ok(Kept { keys: JwkSet { keys }, asked_at: Instant::now(), asked_for_unknown_at: None })
}

/// By name; without a name only where there is no choice.
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
