//! The allowed targets of a redirect after a sign-in: pages of this server, and of the origins that may write with the session cookie.

use reqwest::Url;

use crate::config::ServerConfig;

/// The absolute URL of `target` (a URL, or a path of this server). `None` where it is not allowed.
pub fn resolve(server: &ServerConfig, target: &str) -> Option<Url> {
    let base = Url::parse(&server.public_url).ok()?;
    // Parsed as browsers do, which read `//evil.example` and `/\evil.example` as other hosts.
    let url = base.join(target).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (plain && server.allows_origin(&url.origin().ascii_serialization())).then_some(url)
}

/// Appends `members` to the query of `url`.
pub fn with_query(mut url: Url, members: &[(&str, &str)]) -> Url {
    url.query_pairs_mut().extend_pairs(members);
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env};

    #[test]
    fn only_allowed_origins_are_redirect_targets() {
        let env = Env::from_pairs([
            ("LANDFALL_PUBLIC_URL", "https://app.example"),
            ("LANDFALL_ALLOWED_ORIGINS", "https://admin.example"),
        ]);
        let server = Config::from_env(&env).map(|config| config.server).map_err(|error| error.0);
        let to = |target: &str| server.as_ref().ok().and_then(|server| resolve(server, target)).map(String::from);
        assert_eq!(to("/notes?a=1").as_deref(), Some("https://app.example/notes?a=1"));
        assert_eq!(to("https://admin.example/x").as_deref(), Some("https://admin.example/x"));
        assert_eq!(to("notes").as_deref(), Some("https://app.example/notes"));
        // Browsers read this as a path of this server, not as a URL.
        assert_eq!(to("https:evil.example@x").as_deref(), Some("https://app.example/evil.example@x"));
        for target in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://app.example@evil.example/",
            "https://app.example.evil.example/",
            "https://app.example:444/",
            "https://user@app.example/",
            "http://app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "\tjavascript:alert(1)",
        ] {
            assert_eq!(to(target), None, "{target}");
        }
    }
}
