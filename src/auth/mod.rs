//! Authentication and sessions. A handler gets an [`crate::db::OwnerId`] from the extractor of the caller only, so that it can't name another user's
//! data.

pub mod accounts;
pub mod admin;
pub mod erase;
pub mod flow;
pub mod jwt;
pub mod jwt_crypto;
pub mod oidc;
pub mod profile;
mod provider_user;
mod random;
pub mod redirect;
pub mod seal;
pub mod sessions;
pub mod signing_keys;
pub mod token;

pub use jwt::Tokens;
pub use sessions::{Identity, Sessions};
pub use token::SessionToken;
