//! Words about files that requests, answers and rows share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of file it is, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileType {
    Image,
    Video,
    Audio,
    Document,
    Other,
}

impl FileType {
    pub const ALL: [Self; 5] = [Self::Image, Self::Video, Self::Audio, Self::Document, Self::Other];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Other => "other",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// Room that files take up, or may take up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FileSpace {
    #[schema(example = 10_737_418_240_i64)]
    pub bytes: i64,
    /// How many.
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
