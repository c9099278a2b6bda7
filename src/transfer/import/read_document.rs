//! How an import document is read, and what was read of it.

use std::borrow::Cow;

use tokio_util::sync::CancellationToken;

use super::body::Packing;
use super::frame::{Frame, Unknown};
use super::report::AllNotes;
use super::section::ReadSection;
use crate::error::FieldError;
use crate::json::{DataLimits, pointer};
use crate::sync::registry::{Kind, Registry};

/// Members that are not imported and are named in `ignored`.
const MAX_IGNORED: usize = 20;

/// How a document is read.
pub struct ReadOptions {
    pub kinds: Registry,
    pub wanted: Vec<Kind>,
    pub packing: Packing,
    pub max_bytes: u64,
    pub limits: DataLimits,
    pub hashed: bool,
    pub strict: bool,
    /// Cancelled when the client has gone.
    pub gone: CancellationToken,
}

/// What was read.
#[derive(Default)]
pub struct ReadDocument {
    pub sections: Vec<ReadSection>,
    /// The first members that are not imported.
    pub ignored: Vec<String>,
    /// The number of all members that are not imported.
    pub ignored_total: u64,
    pub notes: AllNotes,
    pub has_secrets: bool,
    /// A member has a name that the server knows.
    pub is_known: bool,
    /// It is one conversation or project, or a list of them, and does not list the other rows.
    pub is_part: bool,
    /// SHA-256 of the document, unpacked; empty unless it was asked for.
    pub hash: Vec<u8>,
}

impl ReadDocument {
    /// The place of a note that follows the rows that were read so far.
    pub fn place(&self) -> (usize, i32) {
        (self.sections.len(), i32::MAX)
    }

    /// Notes the unknown members of the document at `base`.
    pub fn ignore(&mut self, base: &str, frame: Frame) {
        let place = self.place();
        for Unknown { name, is_known } in frame.unknown {
            let (code, detail) = match is_known {
                true => ("not_imported", "is exported only: its rows are not imported"),
                false => ("unknown_section", "is no collection of this server: nothing of it is imported"),
            };
            let field = FieldError::new(pointer::join(base, &name), code, detail);
            self.notes.warnings.add(place, Some(&name), None, &field);
            self.ignored_total += 1;
            if self.ignored.len() < MAX_IGNORED {
                self.ignored.push(name);
            }
        }
        self.notes.warnings.count_more(frame.more_unknown);
        self.ignored_total += frame.more_unknown;
    }

    /// Notes the number of contents of a conversation that have no place in rows.
    pub fn leave_out(&mut self, base: String, number: u64) {
        if number > 0 {
            let detail = format!("{number} pictures, files and calls of tools are left out");
            let field = FieldError::new(base, "content_left_out", detail);
            self.notes.warnings.add(self.place(), None, None, &field);
        }
    }

    /// Notes that a member can't be imported.
    pub fn refuse_member(&mut self, pointer: String, name: &str, code: &'static str, detail: impl Into<String>) {
        let field = FieldError::new(pointer, code, detail.into());
        self.notes.errors.add(self.place(), Some(name), None, &field);
    }
}

/// The detail of characters that were replaced.
pub const REPLACED: &str = "characters that can't be stored are now U+FFFD";

/// The note about characters that can't be stored.
pub fn invalid_unicode(pointer: impl Into<Cow<'static, str>>, detail: &'static str) -> FieldError {
    FieldError::new(pointer, "invalid_unicode", detail)
}
