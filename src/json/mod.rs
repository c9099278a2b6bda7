//! Values of requests and answers: times, free JSON, text checks, page cursors. This module knows neither HTTP nor SQL statements.

pub mod check;
mod decode;
mod failure;
pub mod flag;
pub mod free_json;
mod id_cursor;
pub mod members;
mod mend;
pub mod object;
pub mod page;
mod patch_field;
mod place;
mod sql;
pub mod timestamp;
mod version_cursor;
mod wording;
mod written_size;

/// What some programs write before a text in UTF-8. It is no part of the text.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

pub use crate::config::{DataLimits, FileSpace, FileType, RowSpace, UNDECLARED_TYPE};
pub use crate::pointer;
pub use check::Check;
pub use decode::{decode, decode_checked, decode_with};
pub use flag::Flag;
pub use free_json::FreeJson;
pub use id_cursor::IdCursor;
pub use object::{Object, objects};
pub use page::{PageBytes, PageCursor, PageLimit};
pub use patch_field::patch_field;
pub use timestamp::{GivenTime, Timestamp};
pub use version_cursor::VersionCursor;
pub use wording::{of_data as describe_data, of_value as describe_value};
pub use written_size::{MOST_GROWTH, is_written_larger_than, written_size};
