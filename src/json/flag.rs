//! A boolean in a query string: `1` or `0`.

use serde::{Deserialize, Deserializer};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "1" => Ok(Self(true)),
            "0" => Ok(Self(false)),
            _ => Err(serde::de::Error::custom("expected 1 or 0")),
        }
    }
}
