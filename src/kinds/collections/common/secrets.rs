//! Detection of secrets in clear text, by names of members and by URLs with a password. It prefers false positives: a value that is refused
//! wrongly can be renamed or sealed, and a secret that is missed is stored.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::MAX_ERRORS;
use crate::json::pointer;

/// Names with these endings are names of secrets (`githubToken`, `client_secret`).
const SECRET_SUFFIXES: &[&str] = &[
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "authorization",
    "credential",
    "credentials",
];

/// The members of a value that look like secrets in clear text.
#[derive(Debug, Default)]
pub struct ClearSecrets {
    /// Pointers to the first [`MAX_ERRORS`].
    pub pointers: Vec<String>,
    /// The number of the others.
    pub omitted: usize,
}

/// `value` is valid free JSON. `named`: more names of secrets, of the collection.
///
/// The value is read as a stream: neither a tree nor the pointers of harmless members are in memory.
pub fn clear_secrets(value: &str, named: &[&str]) -> ClearSecrets {
    let mut walk = Walk { named, path: Vec::new(), found: ClearSecrets::default() };
    // Valid JSON has no error.
    let _ =
        Node { walk: &mut walk, has_secret_name: false }.deserialize(&mut serde_json::Deserializer::from_str(value));
    walk.found
}

enum Segment {
    Member(String),
    Item(usize),
}

struct Walk<'n> {
    named: &'n [&'n str],
    path: Vec<Segment>,
    found: ClearSecrets,
}

impl Walk<'_> {
    fn note(&mut self) {
        if self.found.pointers.len() >= MAX_ERRORS {
            self.found.omitted += 1;
            return;
        }
        let mut pointer = String::new();
        for segment in &self.path {
            match segment {
                Segment::Member(name) => pointer::push(&mut pointer, name),
                Segment::Item(index) => pointer::push(&mut pointer, index),
            }
        }
        self.found.pointers.push(pointer);
    }
}

/// One value at the path of the walk. Its result: whether it is a text. The depth of the recursion is that of free JSON, which is limited.
struct Node<'w, 'n> {
    walk: &'w mut Walk<'n>,
    has_secret_name: bool,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        if !text.is_empty() && (self.has_secret_name || carries_password(text)) {
            self.walk.note();
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let has_secret_name = is_secret_name(&name, self.walk.named);
            self.walk.path.push(Segment::Member(name));
            members.next_value_seed(Node { walk: self.walk, has_secret_name })?;
            self.walk.path.pop();
        }
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let before = (self.walk.found.pointers.len(), self.walk.found.omitted);
        let mut has_text = false;
        for index in 0.. {
            self.walk.path.push(Segment::Item(index));
            let item = items.next_element_seed(Node { walk: self.walk, has_secret_name: false })?;
            self.walk.path.pop();
            match item {
                Some(is_text) => has_text |= is_text,
                None => break,
            }
        }
        // A list of secrets is refused like one secret.
        if self.has_secret_name && has_text {
            self.walk.found.pointers.truncate(before.0);
            self.walk.found.omitted = before.1;
            self.walk.note();
        }
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}

/// True if a member of this name holds a secret.
fn is_secret_name(name: &str, named: &[&str]) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    named.contains(&name) || SECRET_SUFFIXES.iter().any(|end| plain.ends_with(end))
}

/// True for `https://anna:secret@host/` and `https://token@host/`. `ssh://git@host/` has a user name only.
fn carries_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim_start().split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.contains(':') || (scheme.to_ascii_lowercase().starts_with("http") && !user.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: serde_json::Value) -> Vec<String> {
        clear_secrets(&value.to_string(), &["value"]).pointers
    }

    #[test]
    fn first_secrets_are_listed_and_all_are_counted() {
        let members: Vec<String> = (0..200_000).map(|index| format!("\"{index}token\":\"x\"")).collect();
        let value = format!("{{\"{}\":{{{}}}}}", "k".repeat(2_000), members.join(","));
        let clear = clear_secrets(&value, &[]);
        assert_eq!((clear.pointers.len(), clear.omitted), (50, 199_950));
        assert!(clear.pointers.iter().all(|pointer| pointer.len() <= pointer::MAX_BYTES));
    }

    #[test]
    fn secrets_are_found_by_name_and_in_urls_at_any_depth() {
        use serde_json::json;
        for (value, pointer) in [
            (json!({ "value": "x" }), "/value"),
            (json!({ "API-Key": "x" }), "/API-Key"),
            (json!({ "client_secret": "x" }), "/client_secret"),
            (json!({ "headers": { "Authorization": "Bearer x" } }), "/headers/Authorization"),
            (json!({ "list": [{ "githubToken": "x" }] }), "/list/0/githubToken"),
            (json!({ "tokens": [], "accessToken": ["x"] }), "/accessToken"),
            (json!({ "accessToken": [{ "password": "x" }, "https://a:b@c/", ""] }), "/accessToken"),
            (json!({ "accessToken": [{ "password": "x" }, 1] }), "/accessToken/0/password"),
            (json!({ "a/b": { "password": "x" } }), "/a~1b/password"),
            (json!({ "remoteUrl": "https://anna:x@example.com/r.git" }), "/remoteUrl"),
            (json!({ "urls": ["HTTPS://ghp_x@example.com"] }), "/urls/0"),
        ] {
            assert_eq!(found(value.clone()), [pointer], "{value}");
        }
    }

    #[test]
    fn similar_names_and_urls_without_a_password_pass() {
        use serde_json::json;
        assert_eq!(
            found(json!({
                "apiKeyId": "k1", "maxTokens": 4096, "password": null, "token": "", "name": "Token", "tokenizer": "o200k",
                "remoteUrl": "https://example.com/a@b", "ssh": "ssh://git@example.com/r.git", "sealed": { "iv": "x" },
            })),
            Vec::<String>::new()
        );
    }
}
