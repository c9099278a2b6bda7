//! Values of requests and answers: times, free JSON, text checks, page cursors. This module knows neither HTTP nor SQL statements.

pub mod check;
mod decode;
pub mod flag;
pub mod free_json;
mod id_cursor;
pub mod members;
pub mod object;
pub mod page;
mod patch_field;
mod sql;
pub mod timestamp;
mod written_size;

pub use crate::config::{FileSpace, FileType};
pub use crate::pointer;
pub use check::Check;
pub use decode::decode;
pub use flag::Flag;
pub use free_json::FreeJson;
pub use id_cursor::IdCursor;
pub use object::{Object, objects};
pub use page::{PageBytes, PageCursor, PageLimit};
pub use patch_field::patch_field;
pub use timestamp::Timestamp;
