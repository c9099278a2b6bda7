//! The session cookie: HttpOnly, SameSite=Lax; behind https also Secure, with the `__Host-` prefix that binds it to this host.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use super::flow;
use super::token::SessionToken;
use crate::config::ServerConfig;

pub fn name(server: &ServerConfig) -> &'static str {
    if server.is_https() { "__Host-landfall_session" } else { "landfall_session" }
}

/// Sets the cookie for as long as a session may last; the server ends the session earlier where it must.
pub fn holding(server: &ServerConfig, token: &SessionToken) -> Cookie<'static> {
    build(server, token.expose().to_owned()).max_age(Duration::days(30)).finish()
}

/// Takes the cookie back.
pub fn empty(server: &ServerConfig) -> Cookie<'static> {
    build(server, String::new()).max_age(Duration::ZERO).finish()
}

/// The cookie that binds a sign-in at a provider to the browser that began it.
pub fn sign_in_name(server: &ServerConfig) -> &'static str {
    if server.is_https() { "__Host-landfall_sign_in" } else { "landfall_sign_in" }
}

/// Holds the browser's part of a sign-in for as long as that may take.
pub fn binding(server: &ServerConfig, secret: String) -> Cookie<'static> {
    named(server, sign_in_name(server), secret).max_age(Duration::minutes(flow::MINUTES)).finish()
}

fn build(server: &ServerConfig, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    named(server, name(server), value)
}

fn named(server: &ServerConfig, name: &'static str, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(server.is_https())
}
