//! One error of the input, and the limits of errors in an answer: their texts come from clients.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{excerpt, pointer};

/// The most errors of one answer. A client with 500 invalid messages does not need all of them.
pub const MAX_ERRORS: usize = 50;
/// The most bytes of an answer's errors as JSON: 50 errors with the longest pointers.
pub const MAX_ERRORS_BYTES: usize = 60 * 1024;
/// The most bytes of a detail.
pub(super) const MAX_DETAIL_BYTES: usize = 1024;

/// One thing that is wrong with the input, with a JSON pointer (RFC 6901) to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where: a JSON pointer into the body, or `/query/name` and `/path/name`.
    #[schema(example = "/messages/3/role")]
    pub pointer: Cow<'static, str>,
    /// What, as a stable word.
    #[schema(example = "too_long")]
    pub code: Cow<'static, str>,
    /// What, for people.
    pub detail: String,
}

impl FieldError {
    /// A pointer of more than [`pointer::MAX_BYTES`] is cut, and so is a long detail.
    pub fn new(pointer: impl Into<Cow<'static, str>>, code: &'static str, detail: impl Into<String>) -> Self {
        let mut pointer = pointer.into();
        if pointer.len() > pointer::MAX_BYTES {
            pointer::cut(pointer.to_mut());
        }
        Self { pointer, code: Cow::Borrowed(code), detail: excerpt::shortened(detail, MAX_DETAIL_BYTES) }
    }

    /// The same error with a pointer that begins with `prefix`.
    pub fn under(mut self, prefix: &str) -> Self {
        let mut below = format!("{prefix}{}", self.pointer);
        pointer::cut(&mut below);
        self.pointer = Cow::Owned(below);
        self
    }

    /// The size as JSON in bytes.
    pub(super) fn written_bytes(&self) -> usize {
        // An error is plain data: serialising it can't fail.
        serde_json::to_string(self).map_or(0, |text| text.len() + 1)
    }
}
