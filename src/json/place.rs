//! A place in JSON text, and its change.

use std::fmt;
use std::ops::Range;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::pointer;

/// A place in a text.
pub struct Place(Vec<String>);

impl Place {
    pub fn of(pointer: &str) -> Self {
        Self(pointer.split('/').skip(1).map(pointer::unescape).collect())
    }

    /// The text of the value.
    pub fn value<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.get(self.span(text)?)
    }

    fn span(&self, text: &str) -> Option<Range<usize>> {
        span(text, &self.0)
    }

    /// Replaces or adds the value.
    pub fn set(&self, text: &mut String, value: &str) -> Option<()> {
        if let Some(span) = self.span(text) {
            text.replace_range(span, value);
            return Some(());
        }
        self.change_parent(text, |name, members| {
            members.push(format!("{}:{value}", quoted(name)));
            Some(())
        })
    }

    /// Removes the last member with this name.
    pub fn remove(&self, text: &mut String) -> Option<()> {
        self.change_parent(text, |name, members| {
            let start = format!("{}:", quoted(name));
            let index = members.iter().rposition(|member| member.starts_with(&start))?;
            members.remove(index);
            Some(())
        })
    }

    /// Changes the members of the object that has this place. Each member is its name and value as JSON.
    fn change_parent(
        &self,
        text: &mut String,
        change: impl FnOnce(&str, &mut Vec<String>) -> Option<()>,
    ) -> Option<()> {
        let (name, parent) = self.0.split_last()?;
        let span = span(text, parent)?;
        let Pairs(pairs) = serde_json::from_str(text.get(span.clone())?).ok()?;
        let mut members = pairs.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
        change(name, &mut members)?;
        text.replace_range(span, &format!("{{{}}}", members.join(",")));
        Some(())
    }
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

/// Where in `text` the value at `path` is.
fn span(text: &str, path: &[String]) -> Option<Range<usize>> {
    let mut current: &str = text.trim();
    for name in path {
        current = match current.starts_with('[') {
            true => {
                let items: Vec<&RawValue> = serde_json::from_str(current).ok()?;
                items.get(name.parse::<usize>().ok()?)?.get()
            }
            false => {
                let Pairs(pairs): Pairs<'_> = serde_json::from_str(current).ok()?;
                pairs.into_iter().rev().find(|(known, _)| known == name)?.1.get()
            }
        };
    }
    let start = current.as_ptr() as usize - text.as_ptr() as usize;
    Some(start..start + current.len())
}

/// The members of an object in their order, repeated ones included.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn place_is_found_replaced_added_and_removed() {
        let mut text = r#" {"a": [1, {"b/c": "x"}], "d": 2, "d": 3} "#.to_owned();
        assert_eq!(Place::of("/a/1/b~1c").value(&text), Some("\"x\""));
        assert_eq!(Place::of("").value(&text), Some(text.trim()));
        assert_eq!(Place::of("/a/2").value(&text), None);
        assert_eq!(Place::of("/a/1/b~1c").set(&mut text, "null"), Some(()));
        assert_eq!(Place::of("/d").remove(&mut text), Some(()));
        assert_eq!(Place::of("/e").set(&mut text, "[]"), Some(()));
        assert_eq!(text.trim(), r#"{"a":[1, {"b/c": null}],"d":2,"e":[]}"#);
        assert_eq!(Place::of("/a/9/x").remove(&mut text), None);
    }
}
