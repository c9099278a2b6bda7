//! Values as they stand in requests and answers: times, free JSON, checks of text, page cursors.
//! Knows neither HTTP nor SQL statements.

pub mod check;
mod decode;
mod file;
pub mod flag;
pub mod free_json;
mod given;
mod id_cursor;
pub mod object;
pub mod page;
mod sql;
pub mod timestamp;
mod written_size;

pub use check::Check;
pub use decode::decode;
pub use file::{FileSpace, FileType};
pub use flag::Flag;
pub use free_json::FreeJson;
pub use given::given;
pub use id_cursor::IdCursor;
pub use object::{Object, objects};
pub use page::{PageCursor, PageLimit};
pub use timestamp::Timestamp;
