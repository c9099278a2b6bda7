//! Random secrets of 256 bits as text for URLs and headers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The system has no random source.
#[derive(Debug, thiserror::Error)]
#[error("there is no random source")]
pub struct NoRandom;

/// `N` bytes of the system's random source.
///
/// # Errors
/// The system has no random source.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandom> {
    let mut bytes = [0u8; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}

/// A random secret of 43 characters.
///
/// # Errors
/// The system has no random source.
pub fn text() -> Result<String, NoRandom> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// A secret of 43 characters that is derived from others. It can't be computed without all of them.
pub fn derived(purpose: &str, parts: [&str; 2]) -> String {
    let mut hash = Context::new(&SHA256);
    // The parts are base64 and hold no NUL, so that different parts never have the same input.
    for part in [purpose, parts[0], parts[1]] {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    URL_SAFE_NO_PAD.encode(hash.finish())
}
