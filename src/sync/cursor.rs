//! How far a device has read, collection by collection. Opaque to clients, complete in itself: the server keeps no list of devices. A
//! collection that a cursor doesn't know starts from zero, so a new client catches up on it alone and an old one never skips it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "e")]
    pub epoch: Uuid,
    #[serde(rename = "p")]
    places: BTreeMap<String, Place>,
}

/// Everything before `version` has been read; of `version` itself everything up to the row `after`, or all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, Option<String>)", into = "(i64, Option<String>)")]
pub struct Place {
    pub version: i64,
    pub after: Option<String>,
}

impl From<(i64, Option<String>)> for Place {
    fn from((version, after): (i64, Option<String>)) -> Self {
        Self { version, after }
    }
}

impl From<Place> for (i64, Option<String>) {
    fn from(place: Place) -> Self {
        (place.version, place.after)
    }
}

impl Place {
    /// Nothing up to `version` is missing.
    pub fn covers(&self, version: i64) -> bool {
        self.after.is_none() && self.version >= version
    }
}

impl Cursor {
    /// A device that has read nothing.
    pub fn start(epoch: Uuid) -> Self {
        Self { epoch, places: BTreeMap::new() }
    }

    pub fn place(&self, collection: &str) -> Place {
        self.places.get(collection).cloned().unwrap_or_default()
    }

    pub fn set(&mut self, collection: &str, place: Place) {
        self.places.insert(collection.to_owned(), place);
    }

    /// The newest version that it has seen anything of.
    pub fn newest(&self) -> i64 {
        self.places.values().map(|place| place.version).max().unwrap_or_default()
    }

    pub fn encode(&self) -> String {
        // A map of strings and numbers: writing it can't fail.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        let cursor: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        // PostgreSQL's text holds no NUL, so no row of ours was ever named like that.
        let sound = |place: &Place| place.version >= 0 && !place.after.as_ref().is_some_and(|key| key.contains('\0'));
        cursor.places.values().all(sound).then_some(cursor)
    }
}

/// A cursor as it stands in a request.
#[derive(Debug, Clone)]
pub struct GivenCursor(pub Cursor);

impl<'de> Deserialize<'de> for GivenCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let cursor = Cursor::decode(&text);
        cursor.map(Self).ok_or_else(|| serde::de::Error::custom("expected a cursor that the server gave"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_survives_the_round_trip_and_refuses_anything_else() {
        let mut cursor = Cursor::start(Uuid::from_u128(1));
        cursor.set("chatMessages", Place { version: 7, after: Some("k".into()) });
        cursor.set("projects", Place { version: 9, after: None });
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor.clone()));
        assert_eq!(cursor.newest(), 9);
        assert_eq!(cursor.place("tags"), Place::default(), "a collection it doesn't know starts from zero");
        let forged = |json: &str| Cursor::decode(&URL_SAFE_NO_PAD.encode(json));
        let epoch = Uuid::nil();
        for text in [
            "",
            "{}",
            "[]",
            &format!(r#"{{"e":"{epoch}","p":{{"a":[-1,null]}}}}"#),
            &format!(r#"{{"e":"{epoch}","p":{{"a":[1,"\u0000"]}}}}"#),
        ] {
            assert_eq!(forged(text), None, "{text}");
        }
    }

    #[test]
    fn place_inside_a_version_does_not_cover_it() {
        assert!(Place { version: 7, after: None }.covers(7));
        assert!(!Place { version: 7, after: Some("k".into()) }.covers(7));
        assert!(!Place { version: 6, after: None }.covers(7));
    }
}
