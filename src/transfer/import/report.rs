//! The report of an import.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::FieldError;
use crate::sync::kind::FILE_LEFT_OUT;

/// What an import does to stored rows that the document does not name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// They stay.
    #[default]
    Merge,
    /// They are deleted, in the collections that the document has.
    Replace,
}

/// The number of rows of a collection by outcome. In a dry run: the outcome that an import would have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    pub created: u64,
    /// The stored row had other content or was deleted.
    pub updated: u64,
    /// The stored row has the same content.
    pub unchanged: u64,
    /// Not in the document (`replace`), or a row that requires a deleted row.
    pub deleted: u64,
    /// Rows of the document that can't be imported. They are in `errors`.
    pub skipped: u64,
    /// Rows that were changed so that they can be imported. They count as created, updated or unchanged too, and are in `mended`.
    pub mended: u64,
}

impl ImportCounts {
    /// How many rows were changed.
    pub fn changed(&self) -> u64 {
        self.created + self.updated + self.deleted
    }
}

/// A place of the document, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportNote {
    /// The member of the document. Null: the document itself.
    #[schema(example = "conversations")]
    pub section: Option<String>,
    /// The id of the row, if it is about a row whose id can be read.
    pub id: Option<String>,
    /// A JSON pointer into the document.
    #[schema(example = "/conversations/3/title")]
    pub pointer: String,
    /// A stable word.
    #[schema(example = "too_long")]
    pub code: String,
    /// For people.
    pub detail: String,
}

/// How many entries there are. The lists have the first ones only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportTotals {
    pub ignored: u64,
    pub errors: u64,
    pub mended: u64,
    pub warnings: u64,
}

/// The report of an import or of a dry run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Nothing was stored.
    pub dry_run: bool,
    pub mode: ImportMode,
    /// Nothing is mended, and nothing is imported if a row can't be.
    pub strict: bool,
    /// The counts by collection.
    pub collections: BTreeMap<String, ImportCounts>,
    /// Members of the document that are not imported, because the server does not know them or because they are metadata of files. Names of more than
    /// 100 characters are cut.
    #[schema(max_items = 20)]
    pub ignored: Vec<String>,
    /// What is lost: why rows can't be imported, and contents of files that imported rows are without (`file_left_out`). A row may have several reasons.
    #[schema(max_items = 100)]
    pub errors: Vec<ImportNote>,
    /// What was changed in rows so that they can be imported.
    #[schema(max_items = 100)]
    pub mended: Vec<ImportNote>,
    #[schema(max_items = 100)]
    pub warnings: Vec<ImportNote>,
    pub totals: ImportTotals,
}

/// The most notes of a list, and about as many bytes of them.
const MAX_NOTES: usize = 100;
const MAX_NOTE_BYTES: usize = 32 * 1024;
/// The longest id in a note. Longer ones are no ids of stored rows.
const MAX_ID_CHARS: usize = 128;

/// The place of a note in the document: the number of its section, and the index of its row in the section.
pub type Place = (usize, i32);

/// Notes in the order of the document. The first ones are kept, and all are counted.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    notes: Vec<(Place, ImportNote)>,
    total: u64,
}

impl Notes {
    /// Whether a note that follows the others in the document would be kept.
    fn has_room(&self) -> bool {
        self.notes.len() < MAX_NOTES
    }

    /// Adds a note.
    pub fn add(&mut self, place: Place, section: Option<&str>, id: Option<&str>, field: &FieldError) {
        self.total += 1;
        if self.has_room() {
            let short = |id: &str| id.chars().take(MAX_ID_CHARS).collect::<String>();
            let note = ImportNote {
                section: section.map(short),
                id: id.map(short),
                pointer: field.pointer.to_string(),
                code: field.code.to_string(),
                detail: field.detail.clone(),
            };
            self.notes.push((place, note));
        }
    }

    /// Counts notes that were left out because they follow those that are kept.
    pub fn count_more(&mut self, number: u64) {
        self.total += number;
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// Adds the notes of `others`.
    pub fn merge(&mut self, others: Self) {
        self.total += others.total;
        self.notes.extend(others.notes);
    }

    /// The first notes in the order of the document.
    pub fn into_list(mut self) -> Vec<ImportNote> {
        self.notes.sort_by_key(|(place, _)| *place);
        let mut bytes = 0;
        let notes = self.notes.into_iter().map(|(_, note)| note).take(MAX_NOTES);
        notes
            .take_while(|note| {
                bytes += note.pointer.len() + note.detail.len() + note.id.as_ref().map_or(0, String::len) + 100;
                bytes <= MAX_NOTE_BYTES
            })
            .collect()
    }
}

/// The notes of an import.
#[derive(Debug, Clone, Default)]
pub struct AllNotes {
    pub errors: Notes,
    pub mended: Notes,
    pub warnings: Notes,
}

impl AllNotes {
    pub fn merge(&mut self, others: Self) {
        self.errors.merge(others.errors);
        self.mended.merge(others.mended);
        self.warnings.merge(others.warnings);
    }

    /// Adds what was mended in a row. A part that the row lost by it is an error too.
    pub fn add_mends(&mut self, place: Place, section: &str, id: &str, mends: &[FieldError]) {
        for mend in mends {
            if mend.code == FILE_LEFT_OUT {
                self.errors.add(place, Some(section), Some(id), mend);
            }
            self.mended.add(place, Some(section), Some(id), mend);
        }
    }

    /// The numbers of notes, beside the number of ignored members.
    pub fn totals(&self, ignored: u64) -> ImportTotals {
        ImportTotals {
            ignored,
            errors: self.errors.total(),
            mended: self.mended.total(),
            warnings: self.warnings.total(),
        }
    }
}
