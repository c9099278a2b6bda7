//! The cursor of a device: a position for each collection. It is opaque to clients. The server stores no list of devices. A collection
//! without a position starts from zero, so that an upgraded client pulls it alone and an older client never skips it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// The longest cursor that is read, in bytes. An answer repeats the positions of collections that the server does not know, so their number is limited.
/// The cursor of all kinds, each inside a version at the longest key, is shorter.
const MAX_BYTES: usize = 64 * 1024;

/// How far a device has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "e")]
    pub epoch: Uuid,
    #[serde(rename = "p")]
    positions: BTreeMap<String, Position>,
}

/// How far a device has read a collection: all versions before `version`, and of `version` all rows up to the key `after`, or all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "EncodedPosition", into = "EncodedPosition")]
pub struct Position {
    /// The user's version.
    pub version: i64,
    /// The key of the last row that was read of `version`. `None`: the version was read completely.
    pub after: Option<String>,
    /// The horizon when the device began to read the collection: the device never had the rows whose tombstones were removed before. 0 where it
    /// is not needed.
    pub begun_at: i64,
}

/// The encoded form of a position. `begun_at` is left out where it is not needed.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum EncodedPosition {
    Complete(i64, Option<String>),
    Started(i64, Option<String>, i64),
}

impl From<EncodedPosition> for Position {
    fn from(encoded: EncodedPosition) -> Self {
        match encoded {
            EncodedPosition::Complete(version, after) => Self { version, after, begun_at: 0 },
            EncodedPosition::Started(version, after, begun_at) => Self { version, after, begun_at },
        }
    }
}

impl From<Position> for EncodedPosition {
    fn from(position: Position) -> Self {
        match position.begun_at > position.complete_to() {
            true => Self::Started(position.version, position.after, position.begun_at),
            false => Self::Complete(position.version, position.after),
        }
    }
}

impl Position {
    /// True if the device has read nothing of the collection. It can't miss a delete then.
    pub fn is_start(&self) -> bool {
        self.version == 0 && self.after.is_none()
    }

    /// The version up to which the device has read everything.
    fn complete_to(&self) -> i64 {
        if self.after.is_some() { self.version - 1 } else { self.version }
    }

    /// True if tombstones may be removed that this device has not read. Such a position can't be continued.
    pub fn is_behind(&self, horizon: i64) -> bool {
        !self.is_start() && self.complete_to().max(self.begun_at) < horizon
    }

    /// True if the device has read everything up to `version`.
    pub fn covers(&self, version: i64) -> bool {
        self.after.is_none() && self.version >= version
    }
}

impl Cursor {
    /// The cursor of a device that has read nothing.
    pub fn start(epoch: Uuid) -> Self {
        Self { epoch, positions: BTreeMap::new() }
    }

    /// The position in a collection. Without one, the start.
    pub fn position(&self, collection: &str) -> Position {
        #[cfg(feature = "faults")]
        if crate::faults::is(crate::faults::Bug::UnknownCollectionSkipped) && !self.positions.contains_key(collection) {
            return Position { version: self.newest(), ..Position::default() };
        }
        self.positions.get(collection).cloned().unwrap_or_default()
    }

    /// Sets the position in a collection.
    pub fn set(&mut self, collection: &str, position: Position) {
        self.positions.insert(collection.to_owned(), position);
    }

    /// The newest version of all positions.
    pub fn newest(&self) -> i64 {
        self.positions.values().map(|position| position.version).max().unwrap_or_default()
    }

    /// The cursor as base64url of JSON.
    pub fn encode(&self) -> String {
        // A map of strings and numbers always serializes.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let cursor: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        // PostgreSQL's text holds no NUL, so no row has such a key.
        let valid = |position: &Position| {
            position.version >= 0
                && position.begun_at >= 0
                && !position.after.as_ref().is_some_and(|key| key.contains('\0'))
        };
        cursor.positions.values().all(valid).then_some(cursor)
    }
}

/// A cursor in a request.
#[derive(Debug, Clone)]
pub struct CursorParam(pub Cursor);

impl<'de> Deserialize<'de> for CursorParam {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let cursor = Cursor::decode(&text);
        cursor.map(Self).ok_or_else(|| serde::de::Error::custom("expected a cursor that the server gave"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(version: i64, after: Option<&str>, begun_at: i64) -> Position {
        Position { version, after: after.map(str::to_owned), begun_at }
    }

    #[test]
    fn decode_accepts_encoded_cursors_and_refuses_others() {
        let mut cursor = Cursor::start(Uuid::from_u128(1));
        cursor.set("chatMessages", position(7, Some("k"), 12));
        cursor.set("projects", position(9, None, 0));
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor.clone()));
        assert_eq!(cursor.newest(), 9);
        assert_eq!(cursor.position("tags"), Position::default(), "a collection without a position starts from zero");
        let forged = |json: &str| Cursor::decode(&URL_SAFE_NO_PAD.encode(json));
        let epoch = Uuid::nil();
        for text in [
            "",
            "{}",
            "[]",
            &format!(r#"{{"e":"{epoch}","p":{{"a":[-1,null]}}}}"#),
            &format!(r#"{{"e":"{epoch}","p":{{"a":[1,"\u0000"]}}}}"#),
            &format!(r#"{{"e":"{epoch}","p":{{"a":[1,null,-1]}}}}"#),
        ] {
            assert_eq!(forged(text), None, "{text}");
        }
    }

    #[test]
    fn cursor_that_is_longer_than_any_of_the_server_is_refused() {
        let mut all = Cursor::start(Uuid::nil());
        for kind in crate::kinds::registry().iter() {
            all.set(kind.name(), position(i64::MAX, Some(&"\u{1}".repeat(128)), i64::MAX));
        }
        assert_eq!(Cursor::decode(&all.encode()), Some(all.clone()));
        for number in 0..4_000 {
            all.set(&format!("unknown{number}"), position(1, None, 0));
        }
        assert_eq!(Cursor::decode(&all.encode()), None);
    }

    #[test]
    fn position_within_a_version_does_not_cover_it() {
        assert!(position(7, None, 0).covers(7));
        assert!(!position(7, Some("k"), 0).covers(7));
        assert!(!position(6, None, 0).covers(7));
    }

    #[test]
    fn position_is_behind_a_horizon_if_it_may_have_missed_deletes() {
        assert!(!position(0, None, 0).is_behind(9), "nothing was read");
        assert!(position(8, None, 0).is_behind(9));
        assert!(!position(9, None, 0).is_behind(9));
        assert!(position(9, Some("k"), 0).is_behind(9), "rows after k in version 9 were not read");
        assert!(position(1, Some("k"), 0).is_behind(9), "a first sync that began before the removal");
        assert!(!position(1, Some("k"), 9).is_behind(9), "a first sync that began after the removal");
        assert!(position(1, Some("k"), 9).is_behind(10));
    }

    #[test]
    fn begun_at_is_left_out_where_it_is_not_needed() {
        let encoded = |position: Position| serde_json::to_string(&position).unwrap_or_default();
        assert_eq!(encoded(position(3, None, 9)), "[3,null,9]");
        assert_eq!(encoded(position(9, None, 9)), "[9,null]");
    }
}
