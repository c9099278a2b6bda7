//! Secrets of 256 bits, as text that fits into addresses and headers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use sha2::{Digest, Sha256};

/// From the system's random source; an error means that there is none.
pub fn bytes<const N: usize>() -> Result<[u8; N], rand::rand_core::OsError> {
    let mut bytes = [0u8; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}

/// 43 characters.
pub fn text() -> Result<String, rand::rand_core::OsError> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// A further secret that follows from others: who doesn't know all of them can't say it. 43 characters.
pub fn derived(purpose: &str, parts: [&str; 2]) -> String {
    let mut hash = Sha256::new();
    // The parts can't hold a NUL (they are base64), so no two lists of parts look the same.
    for part in [purpose, parts[0], parts[1]] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}
