//! A page cursor of a list that is ordered by version, over opaque ids. Cursors are opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

/// The last row of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCursor {
    pub version: i64,
    pub id: String,
}

impl VersionCursor {
    /// The cursor as base64url.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.version, self.id))
    }

    fn decode(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (version, id) = text.split_once('.')?;
        // PostgreSQL's text holds no NUL, so no row has such an id.
        let valid = !id.is_empty() && !id.contains('\0');
        Some(Self { version: version.parse().ok()?, id: id.to_owned() }).filter(|_| valid)
    }
}

impl<'de> Deserialize<'de> for VersionCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| serde::de::Error::custom("expected the cursor of an earlier page"))
    }
}

#[cfg(test)]
mod tests {
    use super::VersionCursor;

    #[test]
    fn cursor_round_trips_and_other_text_is_refused() {
        let cursor = VersionCursor { version: 7, id: "p.1".to_owned() };
        assert_eq!(VersionCursor::decode(&cursor.encode()), Some(cursor));
        for text in ["", "AA", "!", "Ny4", "Ny4A"] {
            assert_eq!(VersionCursor::decode(text), None, "{text}");
        }
    }
}
