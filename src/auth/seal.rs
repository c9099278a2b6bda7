//! Encrypts values so that the database alone does not reveal them: AES-256-GCM with a key derived from LANDFALL_SECRET.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use secrecy::{ExposeSecret as _, SecretString};

use super::random::{self, NoRandom};

/// A key that seals values.
#[derive(Clone)]
pub struct Sealer(std::sync::Arc<LessSafeKey>);

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    /// The value was sealed with another secret, purpose or name, or it was altered.
    #[error("the value was sealed with another secret, or it was altered")]
    NotOurs,
}

impl Sealer {
    /// Derives the key. Every `purpose` has a key of its own.
    ///
    /// # Errors
    /// The key can't be derived.
    pub fn new(secret: &SecretString, purpose: &str) -> Result<Self, SealError> {
        let material = Salt::new(HKDF_SHA256, b"landfall").extract(secret.expose_secret().as_bytes());
        let info = [purpose.as_bytes()];
        let derived = material.expand(&info, &AES_256_GCM).map_err(|_| SealError::NotOurs)?;
        Ok(Self(std::sync::Arc::new(LessSafeKey::new(UnboundKey::from(derived)))))
    }

    /// Seals a value. `name` is authenticated with it, so that a value sealed under one name can't be opened under another.
    ///
    /// # Errors
    /// [`SealError::NoRandom`].
    pub fn seal(&self, name: &str, clear: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let mut sealed = clear.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed)
            .map_err(|_| SealError::NotOurs)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The value that was sealed under this name.
    ///
    /// # Errors
    /// [`SealError::NotOurs`].
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::NotOurs)?;
        let mut sealed = sealed.to_vec();
        let clear = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(name), &mut sealed)
            .map_err(|_| SealError::NotOurs)?;
        Ok(clear.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_opens_with_the_same_secret_purpose_and_name_only() -> Result<(), SealError> {
        let secret = SecretString::from("one");
        let sealer = Sealer::new(&secret, "keys")?;
        let sealed = sealer.seal("a", b"private")?;
        assert_eq!(sealer.open("a", &sealed)?, b"private");
        assert!(!sealed.windows(7).any(|part| part == b"private"));
        assert!(sealer.open("b", &sealed).is_err());
        assert!(Sealer::new(&SecretString::from("two"), "keys")?.open("a", &sealed).is_err());
        assert!(Sealer::new(&secret, "other")?.open("a", &sealed).is_err());
        let mut altered = sealed.clone();
        altered[NONCE_LEN] ^= 1;
        assert!(sealer.open("a", &altered).is_err() && sealer.open("a", &sealed[..5]).is_err());
        Ok(())
    }
}
