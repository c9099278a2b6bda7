//! Who is calling. [`CurrentUser`] is the one extractor; without it a handler has no [`crate::models::OwnerId`] and can't
//! name anyone's data.

pub mod accounts;
pub mod admin;
pub mod cookie;
pub mod erase;
pub mod extractor;
pub mod flow;
pub mod jwt;
pub mod oidc;
pub mod origin;
mod person;
pub mod profile;
mod random;
pub mod redirect;
pub mod seal;
pub mod sessions;
pub mod signing_keys;
pub mod token;

pub use extractor::{CurrentUser, MaybeUser};
pub use jwt::Tokens;
pub use sessions::{Identity, Sessions};
pub use token::SessionToken;
