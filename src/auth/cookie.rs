//! The session cookie: HttpOnly, SameSite=Lax; behind https also Secure, with the `__Host-` prefix that binds it to this host.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

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

fn build(server: &ServerConfig, value: String) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(name(server), value).path("/").http_only(true).same_site(SameSite::Lax).secure(server.is_https())
}
