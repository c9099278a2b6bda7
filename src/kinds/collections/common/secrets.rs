//! Detection of secrets in clear text, by names of members and by URLs with a password. It prefers false positives: a value that is refused
//! wrongly can be renamed or sealed, and a secret that is missed is stored.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::address::{holds_key, holds_password};
use super::secret_name::is_secret_name;
use crate::error::MAX_ERRORS;
use crate::json::pointer;

/// Members of a service whose texts are secrets.
const SERVICE_SECRETS: &[&str] = &["headers", "env"];
/// Headers that hold no secret. A header may be an object with a name and a value.
const HARMLESS_HEADERS: &[&str] =
    &["name", "accept", "accept-language", "content-type", "user-agent", "mcp-protocol-version"];

/// The members of a value that look like secrets in clear text.
#[derive(Debug, Default)]
pub struct ClearSecrets {
    /// Pointers to the first [`MAX_ERRORS`].
    pub pointers: Vec<String>,
    /// The number of the others.
    pub omitted: usize,
}

/// Where a collection expects secrets.
#[derive(Debug, Clone, Copy)]
pub struct SecretRules<'r> {
    /// More names of secrets.
    pub names: &'r [&'r str],
    /// Members that describe services, whose headers and addresses hold keys.
    pub services: &'r [&'r str],
    /// A member of the value, and the name that counts in its place: a setting's value is named by its id.
    pub named_by_id: Option<(&'r str, &'r str)>,
}

/// `value` is valid free JSON.
///
/// The value is read as a stream: neither a tree nor the pointers of harmless members are in memory.
pub fn clear_secrets(value: &str, rules: SecretRules<'_>) -> ClearSecrets {
    let mut walk = Walk { rules, path: Vec::new(), found: ClearSecrets::default() };
    // Valid JSON has no error.
    let _ = Node { walk: &mut walk, at: At::default() }.deserialize(&mut serde_json::Deserializer::from_str(value));
    walk.found
}

/// What the names above a value say about it.
#[derive(Clone, Copy, Default)]
struct At {
    has_secret_name: bool,
    /// The value belongs to the description of a service.
    in_service: bool,
    /// The value belongs to the headers or the environment of a service.
    in_headers: bool,
}

impl At {
    fn member(self, name: &str, rules: &SecretRules<'_>) -> Self {
        let plain = name.to_ascii_lowercase();
        let are_headers = self.in_service && SERVICE_SECRETS.contains(&plain.as_str());
        let is_header = self.in_headers && !HARMLESS_HEADERS.contains(&plain.as_str());
        Self {
            has_secret_name: are_headers || is_header || is_secret_name(name, rules.names),
            in_service: self.in_service || rules.services.contains(&name),
            in_headers: self.in_headers || are_headers,
        }
    }

    fn item(self) -> Self {
        Self { has_secret_name: false, ..self }
    }
}

enum Segment {
    Member(String),
    Item(usize),
}

struct Walk<'r> {
    rules: SecretRules<'r>,
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
struct Node<'w, 'r> {
    walk: &'w mut Walk<'r>,
    at: At,
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
        let At { has_secret_name, in_service, .. } = self.at;
        if !text.is_empty() && (has_secret_name || holds_password(text) || (in_service && holds_key(text))) {
            self.walk.note();
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let rules = self.walk.rules;
            let by_id = rules.named_by_id.filter(|(member, _)| self.walk.path.is_empty() && *member == name);
            let at = self.at.member(by_id.map_or(name.as_str(), |(_, id)| id), &rules);
            self.walk.path.push(Segment::Member(name));
            members.next_value_seed(Node { walk: self.walk, at })?;
            self.walk.path.pop();
        }
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let before = (self.walk.found.pointers.len(), self.walk.found.omitted);
        let mut has_text = false;
        for index in 0.. {
            self.walk.path.push(Segment::Item(index));
            let item = items.next_element_seed(Node { walk: self.walk, at: self.at.item() })?;
            self.walk.path.pop();
            match item {
                Some(is_text) => has_text |= is_text,
                None => break,
            }
        }
        // A list of secrets is refused like one secret.
        if self.at.has_secret_name && has_text {
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

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: SecretRules<'_> = SecretRules { names: &["value"], services: &[], named_by_id: None };

    fn found(value: serde_json::Value) -> Vec<String> {
        clear_secrets(&value.to_string(), RULES).pointers
    }

    /// The secrets of a setting, relative to its value.
    fn in_setting(id: &str, value: serde_json::Value) -> Vec<String> {
        let rules = SecretRules { names: &["pat"], services: &["servers"], named_by_id: Some(("value", id)) };
        let value = serde_json::json!({ "value": value }).to_string();
        let below = |pointer: &String| pointer.strip_prefix("/value").unwrap_or(pointer).to_owned();
        clear_secrets(&value, rules).pointers.iter().map(below).collect()
    }

    #[test]
    fn first_secrets_are_listed_and_all_are_counted() {
        let members: Vec<String> = (0..200_000).map(|index| format!("\"{index}token\":\"x\"")).collect();
        let value = format!("{{\"{}\":{{{}}}}}", "k".repeat(2_000), members.join(","));
        let clear = clear_secrets(&value, SecretRules { names: &[], ..RULES });
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

    #[test]
    fn value_that_is_named_by_its_id_is_a_secret_by_that_name() {
        use serde_json::json;
        for (id, value, pointers) in [
            ("pat", json!("x"), vec![""]),
            ("githubToken", json!("x"), vec![""]),
            ("theme", json!("x"), vec![]),
            ("theme", json!({ "value": "x", "pat": "x" }), vec!["/pat"]),
            ("theme", json!("https://anna:x@example.com/"), vec![""]),
            ("pat", json!({ "iv": "x", "ciphertext": "x" }), vec![]),
        ] {
            assert_eq!(in_setting(id, value.clone()), pointers, "{id} {value}");
        }
    }

    #[test]
    fn headers_and_addresses_of_services_are_secrets() {
        use serde_json::json;
        for (server, pointers) in [
            (json!({ "headers": { "X-Custom": "x", "Accept": "application/json" } }), vec!["/0/headers/X-Custom"]),
            (json!({ "headers": [{ "name": "X-Custom", "value": "x" }] }), vec!["/0/headers/0/value"]),
            (json!({ "headers": ["X-Custom: x"] }), vec!["/0/headers"]),
            (json!({ "headers": "X-Custom: x" }), vec!["/0/headers"]),
            (json!({ "command": "npx", "args": ["-y"], "env": { "GITHUB_PAT": "x" } }), vec!["/0/env/GITHUB_PAT"]),
            (json!({ "url": "https://mcp.example/6f1c2a34-8b9d-4e5f-a012-3456789abcde" }), vec!["/0/url"]),
            (json!({ "args": ["--header", "Authorization: Bearer x"] }), vec!["/0/args/1"]),
            (
                json!({ "id": "m1", "name": "Local", "url": "http://localhost:1", "headers": {}, "enabled": true }),
                vec![],
            ),
            (json!({ "headers": { "Content-Type": "application/json", "X-Empty": "", "X-None": null } }), vec![]),
        ] {
            assert_eq!(in_setting("servers", json!([server.clone()])), pointers, "{server}");
            assert_eq!(in_setting("theme", json!({ "headers": { "X-Custom": "x" } })), Vec::<String>::new());
        }
    }
}
