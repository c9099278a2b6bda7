//! Secrets inside addresses (URLs) of a text. Each word of the text is read once, so that the time is linear.

use uuid::Uuid;

use super::secret_name::is_secret_name;

/// Parameters of a service's address that hold keys, beside those that are named like secrets.
const KEY_PARAMETERS: &[&str] = &["key", "auth", "code", "sig", "signature"];
/// As many letters and digits without a separator are a key if they are mixed.
const MIXED_KEY_CHARS: usize = 16;
/// As many letters and digits without a separator are a key.
const KEY_CHARS: usize = 32;

/// True for `https://anna:secret@host/`, `https://token@host/` and `https://host/?token=x`, anywhere in the text. `ssh://git@host/` has a user name only.
pub fn holds_password(text: &str) -> bool {
    words(text).any(|word| {
        let parts = || word.match_indices("://").map(|(at, _)| (&word[..at], &word[at + 3..]));
        parts().any(|(scheme, rest)| has_user_secret(scheme, rest))
            || parameters(word).any(|(name, value)| !value.is_empty() && is_secret_name(name, &[]))
    })
}

/// True for an address of a service that has a key in its path or its query, and for the value of an `Authorization` header, anywhere in the text.
pub fn holds_key(text: &str) -> bool {
    words(text).any(|word| {
        let path = word.split_once("://").and_then(|(_, rest)| rest.split_once(['/', '?', '#']));
        let is_key_parameter = |(name, value): (&str, &str)| {
            !value.is_empty() && KEY_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        word.eq_ignore_ascii_case("bearer")
            || parameters(word).any(is_key_parameter)
            || path.is_some_and(|(_, path)| path.split(['/', '?', '#', '&', '=']).any(is_key))
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'))
}

fn has_user_secret(before: &str, rest: &str) -> bool {
    let mut schemes = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
    let scheme = schemes.next().unwrap_or_default().to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.contains(':') || (scheme.contains("http") && !user.is_empty())
}

/// The parameters in the query and the fragment of an address.
fn parameters(word: &str) -> impl Iterator<Item = (&str, &str)> {
    let address = word.contains("://").then(|| word.split_once(['?', '#'])).flatten();
    let query = address.map(|(_, query)| query).unwrap_or_default();
    query.split(['&', '?', '#', ';']).filter_map(|parameter| parameter.split_once('='))
}

/// Whether a part of an address is likely to be a key: a UUID, or a long run of letters and digits.
fn is_key(part: &str) -> bool {
    let runs = part.split(|c: char| !c.is_ascii_alphanumeric());
    Uuid::try_parse(part).is_ok()
        || runs.into_iter().any(|run| {
            let is_mixed =
                run.contains(|c: char| c.is_ascii_digit()) && run.contains(|c: char| c.is_ascii_alphabetic());
            run.len() >= KEY_CHARS || (run.len() >= MIXED_KEY_CHARS && is_mixed)
        })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        text: String,
        password: bool,
        key: bool,
    }

    /// The SDK's tests read the same file, since a device must find what the server refuses.
    #[test]
    fn secrets_are_found_as_on_devices() -> serde_json::Result<()> {
        let cases: Vec<Case> = serde_json::from_str(include_str!("address-cases.json"))?;
        assert!(cases.len() > 40);
        for Case { text, password, key } in cases {
            assert_eq!((holds_password(&text), holds_key(&text)), (password, key), "{text}");
        }
        Ok(())
    }

    #[test]
    fn passwords_are_found_in_every_address_of_a_text() {
        for text in [
            "https://anna:x@example.com/r.git",
            "HTTPS://ghp_x@example.com",
            "git+https://ghp_x@example.com/r.git",
            "postgres://anna:x@localhost/db",
            "first https://a.example/, then https://anna:x@b.example/",
            "https://a.example/?to=https://anna:x@b.example/",
            "https://a.example/v1?lang=de&access_token=x",
            "https://a.example/#apiKey=x",
            "<https://a.example/?client_secret=x>",
        ] {
            assert!(holds_password(text), "{text}");
        }
        for text in [
            "https://example.com/a@b",
            "https://medium.example/@anna",
            "ssh://git@example.com/r.git",
            "anna:x@example.com",
            "https://a.example/?token=&lang=de",
            "https://a.example/?max_tokens=3",
            "token=x",
            "",
        ] {
            assert!(!holds_password(text), "{text}");
        }
    }

    #[test]
    fn keys_are_found_in_addresses_of_services() {
        for text in [
            "https://mcp.example/s/NzA4ZjQtMTIzNDU2Nzg5MGFiY2RlZg==/mcp",
            "https://mcp.example/6f1c2a34-8b9d-4e5f-a012-3456789abcde/sse",
            "https://mcp.example/sse?key=x",
            "https://mcp.example/sse?profile=a1b2c3d4e5f6a7b8c9",
            "Authorization: Bearer x",
        ] {
            assert!(holds_key(text), "{text}");
        }
        for text in [
            "http://localhost:1",
            "https://mcp.example/v1/projects/mcp-server-filesystem-2025/sse?transport=http&lang=de",
            "a1b2c3d4e5f6a7b8c9",
        ] {
            assert!(!holds_key(text), "{text}");
        }
    }

    #[test]
    fn time_is_linear() {
        let started = std::time::Instant::now();
        for part in ["://", "a://b@", "é://", "?a=", "x://?token=&"] {
            let text = part.repeat(1_000_000 / part.len());
            holds_password(&text);
            holds_key(&text);
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
