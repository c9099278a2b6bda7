//! OpenID providers: their endpoints and the verification of their tokens. This module knows no users and no sessions, and holds no database
//! connection.

mod claims;
mod discovery;
mod error;
mod exchange;
mod http;
mod id_token;
mod keys;
mod provider;
mod userinfo;

pub use claims::Claims;
pub use error::OidcError;
pub use provider::{Provider, Providers, SCOPES};
