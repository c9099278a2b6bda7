//! The Ed25519 keys of the JWTs: made when first needed, kept sealed in the database, rotated by `landfall keys rotate`. A key that
//! was replaced verifies until the last token that any server may have signed with it has expired.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use tokio::sync::Mutex;

use super::random;
use super::seal::Sealer;
use crate::config::Config;
use crate::db::{Database, DbError};
use crate::error::ApiError;
use crate::models::signing_key::{self, SigningKeyRecord};
use crate::wire::Timestamp;

/// Servers look again after this: for so long one may sign with a key that another has replaced.
const KEPT: Duration = Duration::from_secs(60);
/// A key that we don't know makes us look earlier, but not more often than this.
const LOOKED_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// How long a replaced key verifies: `KEPT`, a token's ten minutes, and clocks that differ.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(20);
/// What stands before the 32 bytes of a private Ed25519 key in PKCS #8 (RFC 8410).
const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The keys at one moment.
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
    /// Asks the database nothing yet.
    pub fn of(config: &Config, db: Database) -> Result<Self, ApiError> {
        let secret = config.auth.secret.as_ref().ok_or_else(|| ApiError::internal("LANDFALL_SECRET is not known"))?;
        let sealer = Sealer::new(secret, "signing keys").map_err(ApiError::internal)?;
        Ok(Self { db, sealer, ring: Arc::default() })
    }

    /// The keys as they were a minute ago or later.
    pub async fn ring(&self) -> Result<Arc<KeyRing>, ApiError> {
        self.ring_of_age(KEPT).await
    }

    /// The key with this name, which another server may have made a moment ago.
    pub async fn verifying(&self, kid: &str) -> Result<Option<DecodingKey>, ApiError> {
        let ring = self.ring().await?;
        if let Some((key, _)) = ring.verifying.get(kid) {
            return Ok(Some(key.clone()));
        }
        let ring = self.ring_of_age(LOOKED_AT_MOST_EVERY).await?;
        Ok(ring.verifying.get(kid).map(|(key, _)| key.clone()))
    }

    /// A new key signs from now on. Its name.
    pub async fn rotate(&self) -> Result<String, ApiError> {
        let mut conn = self.db.conn().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        signing_key::lock(&mut conn).await?;
        let kid = self.replace(&mut conn).await?;
        signing_key::delete_dead(&mut conn).await?;
        AnsiTransactionManager::commit_transaction(&mut *conn).await.map_err(DbError::from)?;
        *self.ring.lock().await = None;
        Ok(kid)
    }

    async fn ring_of_age(&self, at_most: Duration) -> Result<Arc<KeyRing>, ApiError> {
        // Held while reading: who comes meanwhile waits for this answer and asks no second time.
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
        let living = signing_key::living(&mut conn).await?;
        if let Some(ring) = self.open(&living)? {
            return Ok(ring);
        }
        // There is no key yet, or none that our secret opens. Of several servers that see this, one makes it.
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        signing_key::lock(&mut conn).await?;
        let living = signing_key::living(&mut conn).await?;
        let living = match self.open(&living)? {
            Some(_) => living,
            None => {
                if !living.is_empty() {
                    tracing::warn!(
                        "the signing key was sealed with another LANDFALL_SECRET: a new one takes its place"
                    );
                }
                self.replace(&mut conn).await?;
                signing_key::living(&mut conn).await?
            }
        };
        AnsiTransactionManager::commit_transaction(&mut *conn).await.map_err(DbError::from)?;
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

    /// Under the lock.
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
    /// Name and public half (the `x` of a JWK) of every key that verifies.
    pub fn public(&self) -> impl Iterator<Item = (&str, &str)> {
        self.verifying.iter().map(|(kid, (_, x))| (kid.as_str(), x.as_str()))
    }
}

fn public_half(private: &[u8]) -> Result<Vec<u8>, ApiError> {
    let jwk =
        Jwk::from_encoding_key(&EncodingKey::from_ed_der(private), Algorithm::EdDSA).map_err(ApiError::internal)?;
    match jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) => URL_SAFE_NO_PAD.decode(pair.x).map_err(ApiError::internal),
        _ => Err(ApiError::internal("an Ed25519 key became something else")),
    }
}
