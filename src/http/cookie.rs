//! The session cookie: HttpOnly and SameSite=Lax. With https it is also Secure and has the prefix `__Host-`, which binds it to this host.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::auth::SessionToken;
use crate::auth::flow;
use crate::config::ServerConfig;

/// The name of the session cookie.
pub fn session_name(server: &ServerConfig) -> &'static str {
    if server.is_https() { "__Host-landfall_session" } else { "landfall_session" }
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
pub fn sign_in_name(server: &ServerConfig) -> &'static str {
    if server.is_https() { "__Host-landfall_sign_in" } else { "landfall_sign_in" }
}

/// The cookie with the browser's secret of a sign-in. It lasts as long as the sign-in may take.
pub fn sign_in(server: &ServerConfig, secret: String) -> Cookie<'static> {
    named(server, sign_in_name(server), secret).max_age(Duration::minutes(flow::MINUTES)).finish()
}

fn build(server: &ServerConfig, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    named(server, session_name(server), value)
}

fn named(server: &ServerConfig, name: &'static str, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(server.is_https())
}
