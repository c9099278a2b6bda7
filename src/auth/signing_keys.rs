//! The Ed25519 keys of JWTs. The first one is created when it is needed. Keys are sealed in the database and rotated by `landfall keys rotate`. A
//! replaced key verifies until every token has expired that any server may have signed with it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use diesel_async::AsyncPgConnection;
use jsonwebtoken::{DecodingKey, EncodingKey};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use tokio::sync::Mutex;

use super::seal::Sealer;
use super::{jwt_crypto, random};
use crate::config::Config;
use crate::db::Database;
use crate::db::transaction::{BEGIN, transaction};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::signing_key::{self, SigningKeyRecord};

/// The time for which keys are cached. A server may sign with a replaced key for this long.
const KEPT: Duration = Duration::from_secs(60);
/// An unknown key id makes the server read the keys earlier, but not more often than this.
const LOOKED_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// How long a replaced key verifies: `KEPT`, the ten minutes of a token, and the difference of clocks.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(20);
/// The bytes before the 32 bytes of a private Ed25519 key in PKCS #8 (RFC 8410).
const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The keys as they were read at one moment.
pub struct KeyRing {
    pub signing_kid: String,
    pub signing: EncodingKey,
    verifying: HashMap<String, (DecodingKey, String)>,
    read_at: Instant,
}

#[derive(Clone)]
pub struct SigningKeys {
    db: Database,
    sealer: Sealer,
    ring: Arc<Mutex<Option<Arc<KeyRing>>>>,
}

impl SigningKeys {
    /// Creates the key store without a query.
    ///
    /// # Errors
    /// `internal` where the secret is missing.
    pub fn of(config: &Config, db: Database) -> Result<Self, ApiError> {
        jwt_crypto::install();
        let secret = config.auth.secret.as_ref().ok_or_else(|| ApiError::internal("LANDFALL_SECRET is not known"))?;
        let sealer = Sealer::new(secret, "signing keys").map_err(ApiError::internal)?;
        Ok(Self { db, sealer, ring: Arc::default() })
    }

    /// The keys, at most a minute old.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn ring(&self) -> Result<Arc<KeyRing>, ApiError> {
        self.ring_of_age(KEPT).await
    }

    /// The key with this id. An unknown id makes the server read the keys again, because another server may have created the key.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn verifying(&self, kid: &str) -> Result<Option<DecodingKey>, ApiError> {
        let ring = self.ring().await?;
        if let Some((key, _)) = ring.verifying.get(kid) {
            return Ok(Some(key.clone()));
        }
        let ring = self.ring_of_age(LOOKED_AT_MOST_EVERY).await?;
        Ok(ring.verifying.get(kid).map(|(key, _)| key.clone()))
    }

    /// Creates a key that signs from now on. Returns its id.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn rotate(&self) -> Result<String, ApiError> {
        let mut conn = self.db.conn().await?;
        let rotate = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> {
            signing_key::lock(conn).await?;
            let kid = self.replace(conn).await?;
            signing_key::delete_expired(conn).await?;
            Ok(kid)
        };
        let kid = transaction(&mut conn, BEGIN, rotate).await?;
        *self.ring.lock().await = None;
        Ok(kid)
    }

    async fn ring_of_age(&self, at_most: Duration) -> Result<Arc<KeyRing>, ApiError> {
        // The lock is held during the query, so that concurrent callers share one query.
        let mut kept = self.ring.lock().await;
        if let Some(ring) = kept.as_ref().filter(|ring| ring.read_at.elapsed() < at_most) {
            return Ok(ring.clone());
        }
        let ring = Arc::new(self.read().await?);
        *kept = Some(ring.clone());
        Ok(ring)
    }

    async fn read(&self) -> Result<KeyRing, ApiError> {
        let mut conn = self.db.conn().await?;
        let living = signing_key::valid(&mut conn).await?;
        if let Some(ring) = self.open(&living)? {
            return Ok(ring);
        }
        // There is no key, or none that this secret opens. Of several servers in this state, one creates the key.
        let find_or_replace = async |conn: &mut AsyncPgConnection| -> Result<_, ApiError> {
            signing_key::lock(conn).await?;
            let living = signing_key::valid(conn).await?;
            if self.open(&living)?.is_some() {
                return Ok(living);
            }
            if !living.is_empty() {
                tracing::warn!("the signing key was sealed with another LANDFALL_SECRET: a new one takes its place");
            }
            self.replace(conn).await?;
            Ok(signing_key::valid(conn).await?)
        };
        let living = transaction(&mut conn, BEGIN, find_or_replace).await?;
        self.open(&living)?.ok_or_else(|| ApiError::internal("the signing key that was just made can't be opened"))
    }

    /// `None` where there is no key to sign with.
    fn open(&self, living: &[SigningKeyRecord]) -> Result<Option<KeyRing>, ApiError> {
        let Some(current) = living.iter().find(|key| key.verifies_until.is_none()) else { return Ok(None) };
        let Ok(private) = self.sealer.open(&current.kid, &current.sealed_private_key) else { return Ok(None) };
        let verifying = living.iter().map(|key| {
            let x = URL_SAFE_NO_PAD.encode(&key.public_key);
            let decoding = DecodingKey::from_ed_components(&x).map_err(ApiError::internal)?;
            Ok((key.kid.clone(), (decoding, x)))
        });
        Ok(Some(KeyRing {
            signing_kid: current.kid.clone(),
            signing: EncodingKey::from_ed_der(&private),
            verifying: verifying.collect::<Result<_, ApiError>>()?,
            read_at: Instant::now(),
        }))
    }

    /// Replaces the signing key. The caller holds the lock.
    async fn replace(&self, conn: &mut AsyncPgConnection) -> Result<String, ApiError> {
        let seed: [u8; 32] = random::bytes().map_err(ApiError::internal)?;
        let private = [&PKCS8_HEAD[..], &seed].concat();
        let kid = URL_SAFE_NO_PAD.encode(random::bytes::<12>().map_err(ApiError::internal)?);
        let key = SigningKeyRecord {
            public_key: public_half(&private)?,
            sealed_private_key: self.sealer.seal(&kid, &private).map_err(ApiError::internal)?,
            kid,
            verifies_until: None,
        };
        signing_key::retire(conn, Timestamp(Utc::now() + OVERLAP)).await?;
        signing_key::insert(conn, &key).await?;
        Ok(key.kid)
    }
}

impl KeyRing {
    /// Id and public key (the `x` of a JWK) of every key that verifies.
    pub fn public(&self) -> impl Iterator<Item = (&str, &str)> {
        self.verifying.iter().map(|(kid, (_, x))| (kid.as_str(), x.as_str()))
    }
}

fn public_half(private: &[u8]) -> Result<Vec<u8>, ApiError> {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(private).map_err(ApiError::internal)?;
    Ok(pair.public_key().as_ref().to_vec())
}
