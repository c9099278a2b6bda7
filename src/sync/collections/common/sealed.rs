//! A secret that only its owner can open: encrypted on the device, by a key that never leaves it. The server looks at its form alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::FreeJson;
use crate::wire::check::Report;

const IV_BYTES: usize = 12;
/// The tag alone: the ciphertext of nothing.
const MIN_CIPHERTEXT_BYTES: usize = 16;

/// How a secret is sealed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub enum SealAlgorithm {
    /// AES-256 in Galois/Counter Mode.
    A256GCM,
}

/// A secret, sealed on the device by a key that only its owner has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sealed {
    pub alg: SealAlgorithm,
    /// Which of the owner's keys opens it.
    pub kid: Option<String>,
    /// 12 random bytes, base64url without padding.
    #[schema(example = "MDEyMzQ1Njc4OWFi", min_length = 16, max_length = 16)]
    pub iv: String,
    /// Ciphertext and its 16 bytes of tag, base64url without padding.
    #[schema(min_length = 22)]
    pub ciphertext: String,
    /// How the key follows from a passphrase, for example `{"name": "PBKDF2", "salt": "...", "iterations": 600000}`.
    pub kdf: Option<FreeJson>,
}

impl Sealed {
    pub fn check(&self, report: &mut Report) {
        if URL_SAFE_NO_PAD.decode(&self.iv).ok().is_none_or(|bytes| bytes.len() != IV_BYTES) {
            report.add("iv", "invalid_value", "must be 12 bytes as base64url without padding");
        }
        if URL_SAFE_NO_PAD.decode(&self.ciphertext).ok().is_none_or(|bytes| bytes.len() < MIN_CIPHERTEXT_BYTES) {
            report.add("ciphertext", "invalid_value", "must be at least 16 bytes as base64url without padding");
        }
    }
}
