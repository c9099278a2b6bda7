//! A member of a patch with three states: absent keeps the stored value, null removes it, a value sets it.

use serde::{Deserialize, Deserializer};

/// Distinguishes null from absent: `#[serde(default, deserialize_with = "patch_field")]` on an `Option<Option<T>>`.
///
/// # Errors
/// Those of the deserializer.
pub fn patch_field<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
