//! Pages: limit and cursor. Cursors are opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// The number of items in a page: 1 to 200, 50 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit(pub u8);

impl PageLimit {
    pub const DEFAULT: u8 = 50;
    pub const MAX: u8 = 200;

    /// The limit plus one, so that the same query tells whether another page follows.
    pub fn with_lookahead(self) -> i64 {
        i64::from(self.0) + 1
    }

    /// The number of rows.
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }

    /// Truncates rows fetched with [`Self::with_lookahead`]. True if another page follows.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> bool {
        let more = rows.len() > usize::from(self.0);
        rows.truncate(usize::from(self.0));
        more
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(Self::DEFAULT)
    }
}

impl<'de> Deserialize<'de> for PageLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? {
            n @ 1..=200 => Ok(Self(n as u8)),
            _ => Err(serde::de::Error::custom("expected a number from 1 to 200")),
        }
    }
}

/// The most bytes of a page of changes: 0 to 4 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageBytes(pub u32);

impl PageBytes {
    pub const MAX: u32 = 4 * 1024 * 1024;
}

impl Default for PageBytes {
    fn default() -> Self {
        Self(Self::MAX)
    }
}

impl<'de> Deserialize<'de> for PageBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            bytes @ 0..=Self::MAX => Ok(Self(bytes)),
            _ => Err(serde::de::Error::custom("expected a number from 0 to 4194304")),
        }
    }
}

/// The last row of a page that is ordered by version, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageCursor {
    pub version: i64,
    pub id: Uuid,
}

impl PageCursor {
    pub fn encode(self) -> String {
        let mut bytes = [0u8; 24];
        bytes[..8].copy_from_slice(&self.version.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (version, id) = bytes.split_at(8);
        Some(Self { version: i64::from_be_bytes(version.try_into().ok()?), id: Uuid::from_slice(id).ok()? })
    }
}

impl<'de> Deserialize<'de> for PageCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text).ok_or_else(|| serde::de::Error::custom("expected the `nextCursor` of an earlier page"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_round_trips_and_other_text_is_refused() {
        let cursor = PageCursor { version: 7, id: Uuid::from_u128(9) };
        assert_eq!(PageCursor::decode(&cursor.encode()), Some(cursor));
        assert_eq!(PageCursor::decode("nonsense"), None);
        assert_eq!(PageCursor::decode(""), None);
    }

    #[test]
    fn page_is_truncated_to_its_limit_and_reports_a_next_page() {
        let mut rows = vec![1, 2, 3];
        assert!(PageLimit(2).cut(&mut rows));
        assert_eq!(rows, [1, 2]);
        assert!(!PageLimit(2).cut(&mut rows));
    }
}
