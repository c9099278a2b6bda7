//! What all routes share: extractors, middleware, the route table, and problem documents. Knows nothing of single routes.

pub mod accept;
pub mod body;
pub mod client_ip;
pub mod connection;
pub mod cookie;
pub mod deadline;
pub mod extract;
pub mod fallback;
pub mod forwarded;
pub mod middleware;
pub mod origin;
pub mod problem;
pub mod route_info;
pub mod route_table;
pub mod static_files;

pub use extract::{Admin, CurrentUser, Json, MaybeUser, OptionalJson, Path, Query};
pub use problem::Problem;
