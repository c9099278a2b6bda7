//! A page cursor over opaque ids: the last id of a page. Cursors are opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

/// The place after a row with this id, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdCursor(pub String);

impl IdCursor {
    /// The cursor on the wire.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    fn decode(text: &str) -> Option<Self> {
        let id = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        // PostgreSQL's text holds no NUL, so no row has such an id.
        (!id.is_empty() && !id.contains('\0')).then_some(Self(id))
    }
}

impl<'de> Deserialize<'de> for IdCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| serde::de::Error::custom("expected the `nextCursor` of an earlier page"))
    }
}

#[cfg(test)]
mod tests {
    use super::IdCursor;

    #[test]
    fn cursor_round_trips_and_other_text_is_refused() {
        let cursor = IdCursor("settings:thème".to_owned());
        assert_eq!(IdCursor::decode(&cursor.encode()), Some(cursor));
        for text in ["", "AA", "!", "_w"] {
            assert_eq!(IdCursor::decode(text), None, "{text}");
        }
    }
}
