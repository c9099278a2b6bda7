//! The id of a row that may not be valid: for the report, and so that `replace` does not delete the stored row of this id.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::document::RowText;
use crate::sync::kind::ImportedKind;

/// The most bytes of an id that is stored: 128 characters.
const MAX_ID_BYTES: usize = 512;

/// The id in the document. `None` if it can't be read.
pub fn of(kind: &dyn ImportedKind, row: &RowText) -> Option<String> {
    match (&row.key, &row.text) {
        (Some(key), _) => Some(key.clone()),
        (None, Ok(text)) => find(kind.id_member(), text.get().as_bytes()),
        (None, Err(beginning)) => find(kind.id_member(), beginning),
    }
}

/// The id as it is stored. `None` if no stored row can have it.
pub fn stored_form(kind: &dyn ImportedKind, id: Option<String>) -> Option<String> {
    let id = id.filter(|id| !id.contains('\0') && (1..=MAX_ID_BYTES).contains(&id.len()))?;
    match kind.table().id_type {
        "uuid" => id.parse::<Uuid>().ok().map(|id| id.to_string()),
        _ => Some(id),
    }
}

/// The text of a member. The object may be incomplete.
fn find(member: &str, object: &[u8]) -> Option<String> {
    let mut found = None;
    let mut json = serde_json::Deserializer::from_slice(object);
    // An incomplete object is an error after its last whole member.
    let _ = Member { name: member, found: &mut found }.deserialize(&mut json);
    found
}

struct Member<'a> {
    name: &'a str,
    found: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, object: D) -> Result<(), D::Error> {
        object.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<std::borrow::Cow<'_, str>>()? {
            if name == self.name {
                let value: &RawValue = members.next_value()?;
                *self.found = serde_json::from_str(value.get()).ok();
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn id_is_found_in_an_incomplete_object() {
        assert_eq!(find("id", br#"{"a":{"id":"no"},"id":"yes","long":"xxx"#).as_deref(), Some("yes"));
        assert_eq!(find("id", br#"{"long":"xxx"#), None);
        assert_eq!(find("id", br#"{"id":7}"#), None);
        assert_eq!(find("id", b"[1]"), None);
    }
}
