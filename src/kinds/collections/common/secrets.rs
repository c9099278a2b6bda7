//! Detection of secrets in clear text, by names of members and by URLs with a password. It prefers false positives: a value that is refused
//! wrongly can be renamed or sealed, and a secret that is missed is stored.

use serde_json::Value;

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

/// Pointers to the members that look like secrets in clear text. `value` is valid JSON. `named`: more names, of the collection.
pub fn clear_secrets(value: &str, named: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(value) {
        walk(&value, named, "", &mut found);
    }
    found
}

/// The depth of the recursion is that of free JSON, which is limited.
fn walk(value: &Value, named: &[&str], pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = pointer::join(pointer, name);
                match member {
                    Value::String(text)
                        if !text.is_empty() && (is_secret_name(name, named) || carries_password(text)) =>
                    {
                        found.push(pointer);
                    }
                    // A list of secrets is refused like one secret.
                    Value::Array(items) if is_secret_name(name, named) && items.iter().any(Value::is_string) => {
                        found.push(pointer)
                    }
                    _ => walk(member, named, &pointer, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = pointer::join(pointer, index);
                match item {
                    Value::String(text) if carries_password(text) => found.push(pointer),
                    _ => walk(item, named, &pointer, found),
                }
            }
        }
        _ => {}
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
        clear_secrets(&value.to_string(), &["value"])
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
