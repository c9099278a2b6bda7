//! Extractors of handlers: the caller, and checked input.

pub mod caller;
pub mod if_match;
pub mod json;
pub mod path;
pub mod query;

pub use caller::{CurrentUser, MaybeUser};
pub use json::{Json, OptionalJson};
pub use path::Path;
pub use query::Query;
