//! The session cookie: HttpOnly and SameSite=Lax. With https it is also Secure and has the prefix `__Host-`, which binds it to this host. Browsers send a
//! cookie to all ports of a host, so the name has the port of the public URL: two servers of one host do not overwrite each other's cookie.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::auth::SessionToken;
use crate::auth::flow;
use crate::config::ServerConfig;

/// The name of the session cookie.
pub fn session_name(server: &ServerConfig) -> String {
    name(server, "landfall_session")
}

/// `base`, `base_8787` or `__Host-base`, by the public URL: its port where it is not the scheme's own, and its scheme.
fn name(server: &ServerConfig, base: &str) -> String {
    let prefix = if server.is_https() { "__Host-" } else { "" };
    let own = if server.is_https() { 443 } else { 80 };
    let port = server.public_url.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    match port.filter(|port| *port != own) {
        Some(port) => format!("{prefix}{base}_{port}"),
        None => format!("{prefix}{base}"),
    }
}

/// A session cookie for 30 days. The session may end earlier on the server.
pub fn session(server: &ServerConfig, token: &SessionToken) -> Cookie<'static> {
    build(server, token.expose().to_owned()).max_age(Duration::days(30)).finish()
}

/// Removes the session cookie.
pub fn removed_session(server: &ServerConfig) -> Cookie<'static> {
    build(server, String::new()).max_age(Duration::ZERO).finish()
}

/// The name of the cookie that binds a sign-in at a provider to the browser that started it.
pub fn sign_in_name(server: &ServerConfig) -> String {
    name(server, "landfall_sign_in")
}

/// The cookie with the browser's secret of a sign-in. It lasts as long as the sign-in may take.
pub fn sign_in(server: &ServerConfig, secret: String) -> Cookie<'static> {
    named(server, sign_in_name(server), secret).max_age(Duration::minutes(flow::MINUTES)).finish()
}

fn build(server: &ServerConfig, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    named(server, session_name(server), value)
}

fn named(server: &ServerConfig, name: String, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(server.is_https())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Env};

    #[test]
    fn name_has_the_port_of_the_public_url() {
        let name_at = |url: &str| {
            let config = Config::from_env(&Env::from_pairs([("LANDFALL_PUBLIC_URL", url)]));
            config.map(|config| session_name(&config.server)).map_err(|error| error.0)
        };
        for (url, expected) in [
            ("http://localhost:8787", "landfall_session_8787"),
            ("http://localhost:8788/", "landfall_session_8788"),
            ("http://[::1]", "landfall_session"),
            ("http://[::1]:8787", "landfall_session_8787"),
            ("http://localhost", "landfall_session"),
            ("http://localhost:80", "landfall_session"),
            ("https://app.example", "__Host-landfall_session"),
            ("https://app.example:443", "__Host-landfall_session"),
            ("https://app.example:8443", "__Host-landfall_session_8443"),
        ] {
            assert_eq!(name_at(url).as_deref(), Ok(expected), "{url}");
        }
    }
}
