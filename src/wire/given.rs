//! Members that may be left out, null, or a value: a change leaves alone, removes, or sets.

use serde::{Deserialize, Deserializer};

/// Tells null from absent: `#[serde(default, deserialize_with = "given")]` on an `Option<Option<T>>`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
