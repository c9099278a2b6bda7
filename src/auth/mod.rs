//! Who is calling. [`CurrentUser`] is the one extractor; without it a handler has no [`crate::models::OwnerId`] and can't
//! name anyone's data.

pub mod cookie;
pub mod extractor;
pub mod origin;
pub mod sessions;
pub mod token;

pub use extractor::{CurrentUser, MaybeUser};
pub use sessions::{Identity, Sessions};
pub use token::SessionToken;
