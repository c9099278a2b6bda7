//! Authentication and sessions. A handler gets an [`crate::db::OwnerId`] from the extractor of the caller only, so that it can't name another user's
//! data.

pub mod accounts;
pub mod admin;
pub mod erase;
pub mod evictions;
pub mod failure;
pub mod flow;
pub mod hand_over;
mod identity;
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

pub use identity::Identity;
pub use jwt::Tokens;
pub use sessions::Sessions;
pub use token::SessionToken;
