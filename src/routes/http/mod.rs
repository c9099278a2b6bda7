//! What all routes share: reading input, rendering errors, watching requests.

pub mod addresses;
pub mod client_address;
pub mod cors;
pub mod deadline;
pub mod fallback;
pub mod frontend;
pub mod headers;
pub mod json;
pub mod limit;
pub mod observe;
pub mod path;
pub mod plain_path;
pub mod problem;
pub mod query;
pub mod revision;
pub mod strangers;

pub use json::{Json, OptionalJson};
pub use path::Path;
pub use problem::Problem;
pub use query::Query;
