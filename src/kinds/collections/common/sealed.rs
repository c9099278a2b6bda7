//! A sealed secret: encrypted on the device by a key that never leaves it. The server checks only its form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::FreeJson;
use crate::json::check::ValidationErrors;

const IV_BYTES: usize = 12;
/// The most characters of the id of a key.
const MAX_KID_CHARS: usize = 128;
/// The bytes of the tag alone, which is the ciphertext of an empty text.
const MIN_CIPHERTEXT_BYTES: usize = 16;

/// The algorithm of a sealed secret.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub enum SealAlgorithm {
    /// AES-256 in Galois/Counter Mode.
    A256GCM,
}

/// A secret that the device encrypted with a key that only its user has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sealed {
    pub alg: SealAlgorithm,
    /// The id of the user's key that decrypts it.
    pub kid: Option<String>,
    /// 12 random bytes, base64url without padding.
    #[schema(example = "MDEyMzQ1Njc4OWFi", min_length = 16, max_length = 16)]
    pub iv: String,
    /// The ciphertext with its tag of 16 bytes, base64url without padding.
    #[schema(example = "MDEyMzQ1Njc4OWFiY2RlZg", min_length = 22)]
    pub ciphertext: String,
    /// How the key is derived from a passphrase, for example `{"name": "PBKDF2", "salt": "...", "iterations": 600000}`.
    pub kdf: Option<FreeJson>,
}

impl Sealed {
    /// Checks the form of the secret. Pointers are relative to it.
    pub fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("kid", self.kid.as_deref(), 1, MAX_KID_CHARS);
        if URL_SAFE_NO_PAD.decode(&self.iv).ok().is_none_or(|bytes| bytes.len() != IV_BYTES) {
            errors.add("iv", "invalid_value", "must be 12 bytes as base64url without padding");
        }
        if URL_SAFE_NO_PAD.decode(&self.ciphertext).ok().is_none_or(|bytes| bytes.len() < MIN_CIPHERTEXT_BYTES) {
            errors.add("ciphertext", "invalid_value", "must be at least 16 bytes as base64url without padding");
        }
    }
}

/// Checks a value that has the members of a sealed one, whatever collection it is in. Any other value is the application's. Pointers are relative to it.
pub fn check_if_sealed(value: &RawValue, errors: &mut ValidationErrors) {
    if let Ok(sealed) = serde_json::from_str::<Sealed>(value.get()) {
        sealed.check(errors);
    }
}
