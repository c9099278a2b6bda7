//! Session tokens: 256 random bits for the client, their SHA-256 for us.

use sha2::{Digest, Sha256};

use super::random;

pub type TokenHash = [u8; 32];

/// A token in clear. Shown once, to the client that it is for.
pub struct SessionToken(String);

impl SessionToken {
    /// From the system's random source; an error means that there is none.
    pub fn generate() -> Result<Self, rand::rand_core::OsError> {
        random::text().map(Self)
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

/// What the database knows of a token. A fast hash is enough: 256 random bits can't be guessed.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}
