//! Values as they stand in requests and answers: times, free JSON, checks of text, page cursors.
//! Knows neither HTTP nor SQL statements.

pub mod check;
pub mod free_json;
pub mod object;
pub mod page;
mod sql;
pub mod timestamp;

pub use check::Check;
pub use free_json::FreeJson;
pub use object::{Object, objects};
pub use page::{PageCursor, PageLimit};
pub use timestamp::Timestamp;
