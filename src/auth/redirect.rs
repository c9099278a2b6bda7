//! The allowed targets of a redirect after a sign-in: pages of this server, and of the origins that may write with the session cookie, apps in a shell
//! (`capacitor://localhost`) among them.

use reqwest::Url;

use crate::config::ServerConfig;

/// The absolute URL of `target` (a URL, or a path of this server). `None` where it is not allowed.
pub fn resolve(server: &ServerConfig, target: &str) -> Option<Url> {
    let base = Url::parse(&server.public_url).ok()?;
    // Parsed as browsers do, which read `//evil.example` and `/\evil.example` as other hosts.
    let url = base.join(target).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && server.allows_origin(&origin_of(&url)?)).then_some(url)
}

/// The origin as browsers and shells write it in the header `Origin`. The URL standard has none for the schemes of shells.
fn origin_of(url: &Url) -> Option<String> {
    if matches!(url.scheme(), "http" | "https") {
        return Some(url.origin().ascii_serialization());
    }
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{host}{port}", url.scheme()))
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
            ("LANDFALL_ALLOWED_ORIGINS", "https://admin.example,capacitor://localhost"),
        ]);
        let server = Config::from_env(&env).map(|config| config.server).map_err(|error| error.0);
        let to = |target: &str| server.as_ref().ok().and_then(|server| resolve(server, target)).map(String::from);
        assert_eq!(to("/notes?a=1").as_deref(), Some("https://app.example/notes?a=1"));
        assert_eq!(to("https://admin.example/x").as_deref(), Some("https://admin.example/x"));
        assert_eq!(to("notes").as_deref(), Some("https://app.example/notes"));
        assert_eq!(to("capacitor://localhost/in?a=1#b").as_deref(), Some("capacitor://localhost/in?a=1#b"));
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
            "javascript://localhost/%0aalert(1)",
            "capacitor://evil.example/",
            "capacitor://localhost:81/",
            "capacitor:localhost",
            "tauri://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "\tjavascript:alert(1)",
        ] {
            assert_eq!(to(target), None, "{target}");
        }
    }
}
