//! A section of a document while it is read: the rows of one kind, which may be in several members.

use std::sync::Arc;

use crate::error::ApiError;
use crate::json::pointer;
use crate::sync::kind::ImportedKind;

/// A section that the document has.
#[derive(Clone)]
pub struct ReadSection {
    pub kind: Arc<dyn ImportedKind>,
    /// Where its rows are, in the order of their places.
    pub parts: Vec<Part>,
    /// The number of rows in the database. Some of them may be skipped.
    pub staged: u64,
    /// The number of rows that are not valid.
    pub skipped: u64,
    pub mended: u64,
    /// The number of all rows.
    pub rows: u64,
    /// The document may not have all rows of the kind, or a row is too long for its id to be found. `replace` deletes none.
    pub has_unnamed: bool,
}

/// Rows of a section that are in one member.
#[derive(Debug, Clone)]
pub struct Part {
    /// The place of its first row in the section.
    pub start: i32,
    /// The pointer of the member.
    pub pointer: String,
    pub form: PointerForm,
    /// It is the kind's own section.
    pub is_section: bool,
}

/// How rows are pointed to: `/tags/3`, `/settings/theme`, `/project`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerForm {
    Place,
    Key,
    Whole,
}

impl ReadSection {
    /// The place of the next row.
    ///
    /// # Errors
    /// `internal` beyond 2^31 rows.
    pub fn next_place(&self) -> Result<i32, ApiError> {
        i32::try_from(self.rows).map_err(ApiError::internal)
    }

    /// The pointer to the row at this place, whose key is `key` if its member is an object.
    pub fn pointer(&self, place: i32, key: &str) -> String {
        let after = self.parts.partition_point(|part| part.start <= place);
        let Some(part) = after.checked_sub(1).and_then(|index| self.parts.get(index)) else { return String::new() };
        match part.form {
            PointerForm::Place => pointer::join(&part.pointer, place - part.start),
            PointerForm::Key => pointer::join(&part.pointer, key),
            PointerForm::Whole => part.pointer.clone(),
        }
    }
}
