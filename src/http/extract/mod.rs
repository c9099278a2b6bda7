//! Extractors of handlers: the caller, and checked input.

pub mod admin;
pub mod caller;
pub mod if_match;
pub mod if_none_match;
pub mod json;
pub mod path;
pub mod query;

pub use admin::Admin;
pub use caller::{CurrentUser, MaybeUser};
pub use json::{Json, OptionalJson};
pub use path::Path;
pub use query::Query;
