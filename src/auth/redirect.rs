//! Where a browser may be sent after a sign-in: pages of this site, and of the origins that may write with the cookie. Nowhere else.

use reqwest::Url;

use super::origin;
use crate::config::ServerConfig;

/// The whole address of `target` (an address, or a path of this site), if it may be gone to.
pub fn resolve(server: &ServerConfig, target: &str) -> Option<Url> {
    let base = Url::parse(&server.public_url).ok()?;
    // Parsed as a browser does: `//evil.example` and `/\evil.example` are other sites, and are seen to be.
    let url = base.join(target).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (plain && origin::is_allowed(&url.origin().ascii_serialization(), server)).then_some(url)
}

/// `url` with further members in its query.
pub fn with_query(mut url: Url, members: &[(&str, &str)]) -> Url {
    url.query_pairs_mut().extend_pairs(members);
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env};

    #[test]
    fn only_pages_of_allowed_origins_are_gone_to() {
        let env = Env::from_pairs([
            ("LANDFALL_PUBLIC_URL", "https://app.example"),
            ("LANDFALL_ALLOWED_ORIGINS", "https://admin.example"),
        ]);
        let server = Config::from_env(&env).map(|config| config.server).map_err(|error| error.0);
        let to = |target: &str| server.as_ref().ok().and_then(|server| resolve(server, target)).map(String::from);
        assert_eq!(to("/notes?a=1").as_deref(), Some("https://app.example/notes?a=1"));
        assert_eq!(to("https://admin.example/x").as_deref(), Some("https://admin.example/x"));
        assert_eq!(to("notes").as_deref(), Some("https://app.example/notes"));
        // No address, but a path of this site: a browser reads it so too.
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
