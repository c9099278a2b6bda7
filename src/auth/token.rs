//! Session tokens. The client has 256 random bits, and the database has their SHA-256.

use ring::digest::{SHA256, digest};

use super::random::{self, NoRandom};

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// A session token in clear text. It is sent to its client once.
pub struct SessionToken(String);

impl SessionToken {
    /// Generates a token.
    ///
    /// # Errors
    /// The system has no random source.
    pub fn generate() -> Result<Self, NoRandom> {
        random::text().map(Self)
    }

    /// The token as text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

/// The SHA-256 of a token, as it is stored. A fast hash is enough, because 256 random bits can't be guessed.
pub fn hash(token: &str) -> TokenHash {
    let mut hash = TokenHash::default();
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}
