//! From bytes to batches of checked rows, on a thread of its own: parsing a large document must not hold up other requests.

use std::collections::HashSet;
use std::sync::Arc;

use ring::digest::{Context, SHA256};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::body::{Body, Packing};
use super::document::{Receiver, RowText, Take, walk};
use super::mend;
use super::report::AllNotes;
use super::row_id;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::{DataLimits, pointer};
use crate::models::import::StagedRow;
use crate::sync::kind::{ExportForm, ImportedKind};
use crate::sync::registry::{Kind, Registry};

/// As many rows, or about as many bytes, travel to the database at once.
const BATCH_ROWS: usize = 2_000;
const BATCH_BYTES: usize = 512 * 1024;
/// Members that are not imported and are named in `ignored`.
const MAX_IGNORED: usize = 20;
/// The most characters of a member's name in the report.
const MAX_MEMBER_CHARS: usize = 100;
/// The least limit of a row in bytes, larger than any row that is stored by default.
const MIN_ROW_BYTES: usize = 16 * 1024 * 1024;

/// Rows of one section that follow each other.
#[derive(Debug)]
pub struct Batch {
    pub section: &'static str,
    /// The place of each row in its section.
    pub places: Vec<i32>,
    pub rows: Vec<StagedRow>,
    /// Which rows are not imported. They are staged because the document names their ids.
    pub skipped: Vec<bool>,
}

/// A section that the document has.
#[derive(Clone)]
pub struct ReadSection {
    pub kind: Arc<dyn ImportedKind>,
    /// How its rows are pointed to: `/tags/3`, `/settings/theme`, `/project`.
    pub pointer: PointerForm,
    /// The number of rows in the database. Some of them may be skipped.
    pub staged: u64,
    /// The number of rows that are not valid.
    pub skipped: u64,
    pub mended: u64,
    /// The number of all rows.
    pub rows: u64,
    /// A row is too long for its id to be found. A stored row may be the same one, so `replace` deletes none.
    pub has_unnamed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointerForm {
    Place,
    Key,
    /// The document has one row of it, under this name.
    Whole(&'static str),
}

impl ReadSection {
    fn next_place(&self) -> Result<i32, ApiError> {
        i32::try_from(self.rows).map_err(ApiError::internal)
    }

    pub fn pointer(&self, place: i32, key: &str) -> String {
        let name = self.kind.name();
        match self.pointer {
            PointerForm::Place => pointer::join(&pointer::join("", name), place),
            PointerForm::Key => pointer::join(&pointer::join("", name), key),
            PointerForm::Whole(name) => pointer::join("", name),
        }
    }
}

/// What was read.
#[derive(Default)]
pub struct ReadDocument {
    pub sections: Vec<ReadSection>,
    pub ignored: Vec<String>,
    pub notes: AllNotes,
    pub has_secrets: bool,
    /// A member has a name that the server knows.
    pub is_known: bool,
    /// SHA-256 of the document, unpacked; empty unless it was asked for.
    pub hash: Vec<u8>,
}

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

/// Reads to the end. Rows that are no good are noted; what makes the document unreadable ends it.
pub fn read(body: Body, options: ReadOptions, batches: mpsc::Sender<Batch>) -> Result<ReadDocument, ApiError> {
    let bytes = body.into_reader(options.packing, options.max_bytes, options.gone.clone());
    let mut hasher = options.hashed.then(|| Context::new(&SHA256));
    // Escapes make a project longer than it is stored.
    let max_row_bytes = MIN_ROW_BYTES.max(options.limits.project_bytes.saturating_mul(4));
    let mut reader = Reader {
        options,
        max_row_bytes,
        batches,
        batch: None,
        seen: HashSet::new(),
        next: None,
        document: ReadDocument::default(),
    };
    walk(bytes, hasher.as_mut(), max_row_bytes, &mut reader)?;
    reader.flush()?;
    let hash = hasher.map(|hasher| hasher.finish().as_ref().to_vec()).unwrap_or_default();
    Ok(ReadDocument { hash, ..reader.document })
}

struct Reader {
    options: ReadOptions,
    max_row_bytes: usize,
    batches: mpsc::Sender<Batch>,
    batch: Option<(Batch, usize)>,
    seen: HashSet<&'static str>,
    /// The section of the member whose value is read next.
    next: Option<(Arc<dyn ImportedKind>, PointerForm)>,
    document: ReadDocument,
}

impl Receiver for Reader {
    fn byte_order_mark(&mut self) {
        let note = FieldError::new("", "byte_order_mark", "the byte order mark was left out");
        self.document.notes.mended.add((0, -1), None, None, &note);
    }

    fn member(&mut self, name: &str) -> Result<Take, ApiError> {
        self.flush()?;
        if matches!(name, "version" | "exportedAt") {
            return Ok(Take::Nothing);
        }
        let Some((kind, single)) = self.options.kinds.find_imported(name) else {
            self.ignore(name);
            return Ok(Take::Nothing);
        };
        self.document.is_known = true;
        if !self.options.wanted.iter().any(|wanted| wanted.name() == kind.name()) {
            return Ok(Take::Nothing);
        }
        let is_map = kind.export().is_some_and(|rows| rows.form == ExportForm::Map);
        let (form, take) = match kind.single_name().filter(|_| single) {
            Some(name) => (PointerForm::Whole(name), Take::Whole),
            None if is_map => (PointerForm::Key, Take::Members),
            None => (PointerForm::Place, Take::Items),
        };
        self.next = Some((kind, form));
        Ok(take)
    }

    fn section(&mut self, name: &str) -> Result<bool, ApiError> {
        let Some((kind, pointer)) = self.next.take() else { return Ok(false) };
        if !self.seen.insert(kind.name()) {
            self.refuse_member(name, "duplicate_member", "must not stand twice in a document");
            return Ok(false);
        }
        let section = ReadSection { kind, pointer, staged: 0, skipped: 0, mended: 0, rows: 0, has_unnamed: false };
        self.document.sections.push(section);
        Ok(true)
    }

    fn wrong_type(&mut self, name: &str, expected: &'static str) -> Result<(), ApiError> {
        self.refuse_member(name, "invalid_type", expected);
        Ok(())
    }

    fn pointer(&self, key: Option<&str>) -> String {
        let Some(current) = self.document.sections.last() else { return String::new() };
        current.pointer(current.next_place().unwrap_or(i32::MAX), key.unwrap_or_default())
    }

    fn row(&mut self, row: RowText) -> Result<(), ApiError> {
        let strict = self.options.strict;
        let number = self.document.sections.len();
        let Some(current) = self.document.sections.last_mut() else { return Ok(()) };
        let place = current.next_place()?;
        let pointer = current.pointer(place, row.key.as_deref().unwrap_or_default());
        let name = current.kind.name();
        let kind = current.kind.clone();
        current.rows += 1;
        let id = row_id::of(kind.as_ref(), &row);
        let read = match row.text {
            Err(_) => {
                current.has_unnamed |= id.is_none();
                let detail = format!("a row may have {} bytes at most", self.max_row_bytes);
                let field = FieldError::new("", "too_large", detail);
                mend::Mended { row: Err(ApiError::invalid(vec![field])), mends: Vec::new() }
            }
            Ok(_) if row.replaced && strict => mend::Mended {
                row: Err(ApiError::invalid(vec![replaced("must be UTF-8 without U+0000 and unpaired surrogates")])),
                mends: Vec::new(),
            },
            Ok(text) => mend::read(kind.as_ref(), row.key.as_deref(), text, self.options.limits, strict),
        };
        let mut mends = read.mends;
        if row.replaced {
            mends.push(replaced("characters that can't be stored are now U+FFFD"));
        }
        let notes = &mut self.document.notes;
        match read.row {
            Ok(staged) => {
                current.staged += 1;
                current.mended += u64::from(!mends.is_empty());
                for mend in ApiError::invalid(mends).under(&pointer).errors {
                    notes.mended.add((number, place), Some(name), Some(&staged.id), &mend);
                }
                self.take(name, place, staged, false)
            }
            Err(error) if error.code.status() >= 500 => Err(error),
            Err(error) => {
                current.skipped += 1;
                self.document.has_secrets |= error.code == ErrorCode::SecretInClear;
                for field in error.under(&pointer).errors {
                    notes.errors.add((number, place), Some(name), id.as_deref(), &field);
                }
                let Some(id) = row_id::stored_form(kind.as_ref(), id) else { return Ok(()) };
                current.staged += 1;
                let row = StagedRow { id, value: "null".to_owned(), unique_name: None, links: Vec::new() };
                self.take(name, place, row, true)
            }
        }
    }
}

fn replaced(detail: &'static str) -> FieldError {
    FieldError::new("", "invalid_unicode", detail)
}

impl Reader {
    fn ignore(&mut self, name: &str) {
        let known = self.options.kinds.find(name).is_some();
        self.document.is_known |= known;
        let short: String = name.chars().take(MAX_MEMBER_CHARS).collect();
        let (code, detail) = match known {
            true => ("not_imported", "is exported only: its rows are not imported"),
            false => ("unknown_section", "is no collection of this server: nothing of it is imported"),
        };
        let field = FieldError::new(pointer::join("", name), code, detail);
        let place = (self.document.sections.len(), i32::MAX);
        self.document.notes.warnings.add(place, Some(&short), None, &field);
        if self.document.ignored.len() < MAX_IGNORED {
            self.document.ignored.push(short);
        }
    }

    /// Notes that a member can't be imported.
    fn refuse_member(&mut self, name: &str, code: &'static str, detail: &'static str) {
        let field = FieldError::new(pointer::join("", name), code, detail);
        let place = (self.document.sections.len(), i32::MAX);
        self.document.notes.errors.add(place, Some(name), None, &field);
    }

    fn take(&mut self, section: &'static str, place: i32, row: StagedRow, skipped: bool) -> Result<(), ApiError> {
        let new = || (Batch { section, places: Vec::new(), rows: Vec::new(), skipped: Vec::new() }, 0);
        let (batch, bytes) = self.batch.get_or_insert_with(new);
        *bytes += row.value.len();
        batch.places.push(place);
        batch.rows.push(row);
        batch.skipped.push(skipped);
        if batch.rows.len() >= BATCH_ROWS || *bytes >= BATCH_BYTES {
            return self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ApiError> {
        let Some((batch, _)) = self.batch.take() else { return Ok(()) };
        // The task that stages the rows has ended, and its error is the answer.
        self.batches.blocking_send(batch).map_err(ApiError::internal)
    }
}
