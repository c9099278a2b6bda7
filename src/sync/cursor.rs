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
#[serde(from = "Written", into = "Written")]
pub struct Place {
    pub version: i64,
    pub after: Option<String>,
    /// The horizon when this device began with the collection, as long as it still matters: what was swept by then it never had.
    pub begun_at: i64,
}

/// A place as it stands in the cursor: mostly a beginning is long past.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Past(i64, Option<String>),
    Beginning(i64, Option<String>, i64),
}

impl From<Written> for Place {
    fn from(written: Written) -> Self {
        match written {
            Written::Past(version, after) => Self { version, after, begun_at: 0 },
            Written::Beginning(version, after, begun_at) => Self { version, after, begun_at },
        }
    }
}

impl From<Place> for Written {
    fn from(place: Place) -> Self {
        match place.begun_at > place.complete_to() {
            true => Self::Beginning(place.version, place.after, place.begun_at),
            false => Self::Past(place.version, place.after),
        }
    }
}

impl Place {
    /// A device that has read nothing of the collection holds no row whose delete it could miss.
    pub fn is_start(&self) -> bool {
        self.version == 0 && self.after.is_none()
    }

    /// Nothing up to this version is missing.
    fn complete_to(&self) -> i64 {
        if self.after.is_some() { self.version - 1 } else { self.version }
    }

    /// Whether deletes may be swept that this device has not read of: such a place can't be continued.
    pub fn is_behind(&self, horizon: i64) -> bool {
        !self.is_start() && self.complete_to().max(self.begun_at) < horizon
    }

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
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::UnknownCollectionSkipped) && !self.places.contains_key(collection) {
            return Place { version: self.newest(), ..Place::default() };
        }
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
        let sound = |place: &Place| {
            place.version >= 0 && place.begun_at >= 0 && !place.after.as_ref().is_some_and(|key| key.contains('\0'))
        };
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

    fn place(version: i64, after: Option<&str>, begun_at: i64) -> Place {
        Place { version, after: after.map(str::to_owned), begun_at }
    }

    #[test]
    fn cursor_survives_the_round_trip_and_refuses_anything_else() {
        let mut cursor = Cursor::start(Uuid::from_u128(1));
        cursor.set("chatMessages", place(7, Some("k"), 12));
        cursor.set("projects", place(9, None, 0));
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
            &format!(r#"{{"e":"{epoch}","p":{{"a":[1,null,-1]}}}}"#),
        ] {
            assert_eq!(forged(text), None, "{text}");
        }
    }

    #[test]
    fn place_inside_a_version_does_not_cover_it() {
        assert!(place(7, None, 0).covers(7));
        assert!(!place(7, Some("k"), 0).covers(7));
        assert!(!place(6, None, 0).covers(7));
    }

    #[test]
    fn place_is_behind_a_horizon_that_it_may_have_missed_deletes_below() {
        assert!(!place(0, None, 0).is_behind(9), "it has read nothing");
        assert!(place(8, None, 0).is_behind(9));
        assert!(!place(9, None, 0).is_behind(9));
        assert!(place(9, Some("k"), 0).is_behind(9), "what is behind k in version 9 was not read");
        assert!(place(1, Some("k"), 0).is_behind(9), "a first sync that began before the sweep");
        assert!(!place(1, Some("k"), 9).is_behind(9), "a first sync that began after it");
        assert!(place(1, Some("k"), 9).is_behind(10));
    }

    #[test]
    fn beginning_that_is_past_is_left_out() {
        let written = |place: Place| serde_json::to_string(&place).unwrap_or_default();
        assert_eq!(written(place(3, None, 9)), "[3,null,9]");
        assert_eq!(written(place(9, None, 9)), "[9,null]");
    }
}
