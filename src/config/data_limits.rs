//! The limits of stored values and of answers. Every way to store a value (routes, batches, pushes, imports) uses this table, so that what one
//! accepts no other one refuses. The limits of request bodies are in [`ServerConfig`](super::ServerConfig), those of files in
//! [`FilesConfig`](super::FilesConfig).

use serde::Serialize;
use utoipa::ToSchema;

use super::{ConfigError, Env};

const MIB: i64 = 1024 * 1024;

/// Bytes and number of rows: what a user has, or may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowSpace {
    /// The size of the rows in bytes, as they are written to answers.
    #[schema(example = 2_147_483_648_i64)]
    pub bytes: i64,
    /// The number of rows.
    #[schema(example = 5_000_000)]
    pub rows: i64,
}

impl RowSpace {
    /// True if a write that led from `before` to `self` must be refused: it exceeds `allowed`, and it has made that worse.
    pub fn exceeds(self, allowed: Self, before: Self) -> bool {
        (self.bytes > allowed.bytes && self.bytes > before.bytes)
            || (self.rows > allowed.rows && self.rows > before.rows)
    }

    /// What is left of `allowed`. It is never below 0.
    pub fn left_of(self, allowed: Self) -> Self {
        Self { bytes: (allowed.bytes - self.bytes).max(0), rows: (allowed.rows - self.rows).max(0) }
    }
}

/// The limits. Constants are the same on every server; members are settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataLimits {
    /// The most bytes of a project's document, without blanks and with numbers spelled out.
    pub project_bytes: usize,
    /// The bytes at which a page or another answer with several rows ends. A first row that is larger is a page of its own.
    pub page_bytes: i64,
    /// The most bytes and rows of one user.
    pub row_quota: RowSpace,
}

impl DataLimits {
    /// The most characters of an id, a key or a temporary id.
    pub const ID_CHARS: usize = 128;
    /// The most characters of a title or a name.
    pub const NAME_CHARS: usize = 200;
    /// The most characters of the title of a conversation in a collection, which a model may have written.
    pub const TITLE_CHARS: usize = 10_000;
    /// The most characters of a file's name.
    pub const FILE_NAME_CHARS: usize = 255;
    /// The most characters of a message.
    pub const CONTENT_CHARS: usize = 1_000_000;
    /// The most bytes of the metadata of a chat session or a message, without blanks and with numbers spelled out.
    pub const METADATA_BYTES: usize = 1024 * 1024;
    /// The most bytes of a value of a collection that declares no other limit, without blanks and with numbers spelled out.
    pub const VALUE_BYTES: usize = 1024 * 1024;
    /// The same for a collection whose rows hold files or programs. A body of the default size has room for one such value.
    pub const LARGE_VALUE_BYTES: usize = 5 * 1024 * 1024;
    /// The most messages of one batch.
    pub const BATCH_MESSAGES: usize = 500;
    /// The most mutations of one push.
    pub const PUSH_MUTATIONS: usize = 500;
    /// The most files of one request for links.
    pub const PRESIGN_FILES: usize = 100;

    pub(super) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let page_bytes = env.number("LANDFALL_PAGE_BYTES", 4 * MIB)?;
        if page_bytes < 1 {
            return Err(ConfigError(format!("LANDFALL_PAGE_BYTES is {page_bytes}: use 1 or more.")));
        }
        Ok(Self {
            project_bytes: env.number("LANDFALL_MAX_PROJECT_BYTES", 5 * MIB as usize)?,
            page_bytes,
            row_quota: RowSpace {
                bytes: env.number("LANDFALL_QUOTA_ROW_BYTES", 2 * 1024 * MIB)?,
                rows: env.number("LANDFALL_QUOTA_ROWS", 5_000_000)?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RowSpace;

    #[test]
    fn write_that_frees_space_is_allowed_above_the_quota() {
        let space = |bytes, rows| RowSpace { bytes, rows };
        let allowed = space(100, 10);
        assert!(!space(100, 10).exceeds(allowed, space(0, 0)));
        assert!(space(101, 1).exceeds(allowed, space(90, 1)) && space(1, 11).exceeds(allowed, space(1, 10)));
        assert!(!space(150, 1).exceeds(allowed, space(160, 1)));
        assert_eq!(space(150, 3).left_of(allowed), space(0, 7));
    }
}
