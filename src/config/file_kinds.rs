//! Kinds and amounts of files: in settings, requests, answers and rows.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

/// The media type of a file whose browser knows none, until its bytes are checked.
pub const UNDECLARED_TYPE: &str = "application/octet-stream";

/// The kind of a file, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoStaticStr, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum FileType {
    Image,
    Video,
    Audio,
    Document,
    Other,
}

/// Bytes and number of files: what a user has, or may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileSpace {
    /// The size in bytes.
    #[schema(example = 10_737_418_240_i64)]
    pub bytes: i64,
    /// The number of files.
    #[schema(example = 10_000)]
    pub files: i64,
}

impl FileSpace {
    pub fn plus(self, bytes: i64, files: i64) -> Self {
        Self { bytes: self.bytes.saturating_add(bytes), files: self.files.saturating_add(files) }
    }

    pub fn fits_in(self, allowed: Self) -> bool {
        self.bytes <= allowed.bytes && self.files <= allowed.files
    }
}
