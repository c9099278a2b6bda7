//! Secrets never reach the database in clear. What is one is told by its name, and by addresses that carry a password.
//! Better once too often than once too few: what is refused wrongly can be renamed or sealed.

use serde_json::Value;

/// Names end like this, whatever stands before (`githubToken`, `client_secret`).
const TELLING_ENDS: &[&str] = &[
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

/// Pointers to all that looks like a secret in clear, below a value that is sound JSON. `named`: further names of the collection's own.
pub fn clear_secrets(value: &str, named: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(value) {
        walk(&value, named, "", &mut found);
    }
    found
}

/// As deep as free JSON may be, which was checked before.
fn walk(value: &Value, named: &[&str], pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match member {
                    Value::String(text) if !text.is_empty() && (tells(name, named) || carries_password(text)) => {
                        found.push(pointer);
                    }
                    // A list of secrets is as bad as one.
                    Value::Array(items) if tells(name, named) && items.iter().any(Value::is_string) => {
                        found.push(pointer)
                    }
                    _ => walk(member, named, &pointer, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                match item {
                    Value::String(text) if carries_password(text) => found.push(pointer),
                    _ => walk(item, named, &pointer, found),
                }
            }
        }
        _ => {}
    }
}

fn tells(name: &str, named: &[&str]) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    named.contains(&name) || TELLING_ENDS.iter().any(|end| plain.ends_with(end))
}

/// `https://anna:secret@host/` or `https://token@host/`; `ssh://git@host/` holds a name only.
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
    fn secrets_are_found_by_name_and_in_addresses_at_any_depth() {
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
    fn what_only_sounds_like_a_secret_passes() {
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
