//! From bytes to batches of checked rows, on a thread of its own: parsing a large document must not hold up other requests.

use std::collections::HashSet;
use std::sync::Arc;

use ring::digest::{Context, SHA256};
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::body::{Body, Packing};
use super::document::{Receiver, Take, walk};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::pointer;
use crate::models::import::StagedRow;
use crate::sync::kind::{ExportForm, ImportLimits, ImportedKind};
use crate::sync::registry::{Kind, Registry};

/// As many rows, or about as many bytes, travel to the database at once.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 512 * 1024;
/// Errors that are named; all are counted.
pub const MAX_ERRORS: usize = 50;
/// Unknown members that are named.
const MAX_IGNORED: usize = 20;

/// Rows of one section that follow each other.
#[derive(Debug)]
pub struct Batch {
    pub section: &'static str,
    /// The place of each row in its section.
    pub places: Vec<i32>,
    pub rows: Vec<StagedRow>,
}

/// A section that the document has.
#[derive(Clone)]
pub struct ReadSection {
    pub kind: Arc<dyn ImportedKind>,
    /// How its rows are pointed to: `/tags/3`, `/settings/theme`, `/project`.
    pub pointer: PointerForm,
    pub staged: u64,
    pub rejected: u64,
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
        i32::try_from(self.staged + self.rejected).map_err(ApiError::internal)
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
    pub errors: Vec<FieldError>,
    pub has_secrets: bool,
    /// SHA-256 of the document, unpacked; empty unless it was asked for.
    pub hash: Vec<u8>,
}

pub struct ReadOptions {
    pub kinds: Registry,
    pub wanted: Vec<Kind>,
    pub packing: Packing,
    pub max_bytes: u64,
    pub limits: ImportLimits,
    pub hashed: bool,
}

/// Reads to the end. Rows that are no good are noted; what makes the document unreadable ends it.
pub fn read(body: Body, options: ReadOptions, batches: mpsc::Sender<Batch>) -> Result<ReadDocument, ApiError> {
    let bytes = body.into_reader(options.packing, options.max_bytes);
    let mut hasher = options.hashed.then(|| Context::new(&SHA256));
    let mut reader =
        Reader { options, batches, batch: None, seen: HashSet::new(), next: None, document: ReadDocument::default() };
    walk(bytes, hasher.as_mut(), &mut reader)?;
    reader.flush()?;
    let hash = hasher.map(|hasher| hasher.finish().as_ref().to_vec()).unwrap_or_default();
    Ok(ReadDocument { hash, ..reader.document })
}

struct Reader {
    options: ReadOptions,
    batches: mpsc::Sender<Batch>,
    batch: Option<(Batch, usize)>,
    seen: HashSet<&'static str>,
    /// The section of the member whose value is read next.
    next: Option<(Arc<dyn ImportedKind>, PointerForm)>,
    document: ReadDocument,
}

impl Receiver for Reader {
    fn member(&mut self, name: &str) -> Result<Take, ApiError> {
        self.flush()?;
        let found = match name {
            "version" | "exportedAt" => return Ok(Take::Nothing),
            name => self.options.kinds.find_imported(name),
        };
        let Some((kind, single)) = found else {
            if self.document.ignored.len() < MAX_IGNORED {
                self.document.ignored.push(name.to_owned());
            }
            return Ok(Take::Nothing);
        };
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

    fn section(&mut self, name: &str) -> Result<(), ApiError> {
        let Some((kind, pointer)) = self.next.take() else { return Ok(()) };
        if !self.seen.insert(kind.name()) {
            let field =
                FieldError::new(pointer::join("", name), "duplicate_member", "must not stand twice in a document");
            return Err(ApiError::invalid(vec![field]));
        }
        self.document.sections.push(ReadSection { kind, pointer, staged: 0, rejected: 0 });
        Ok(())
    }

    fn pointer(&self, key: Option<&str>) -> String {
        let Some(current) = self.document.sections.last() else { return String::new() };
        current.pointer(current.next_place().unwrap_or(i32::MAX), key.unwrap_or_default())
    }

    fn row(&mut self, key: Option<String>, row: Box<RawValue>) -> Result<(), ApiError> {
        let Some(current) = self.document.sections.last_mut() else { return Ok(()) };
        let place = current.next_place()?;
        let pointer = current.pointer(place, key.as_deref().unwrap_or_default());
        match current.kind.read_row(key, row, self.options.limits) {
            Ok(row) => {
                current.staged += 1;
                let section = current.kind.name();
                self.take(section, place, row)
            }
            Err(error) if error.code == ErrorCode::MalformedJson => Err(error.under(&pointer)),
            Err(error) => {
                current.rejected += 1;
                self.document.has_secrets |= error.code == ErrorCode::SecretInClear;
                let left = MAX_ERRORS.saturating_sub(self.document.errors.len());
                self.document.errors.extend(error.under(&pointer).errors.into_iter().take(left));
                Ok(())
            }
        }
    }
}

impl Reader {
    fn take(&mut self, section: &'static str, place: i32, row: StagedRow) -> Result<(), ApiError> {
        let new = || (Batch { section, places: Vec::new(), rows: Vec::new() }, 0);
        let (batch, bytes) = self.batch.get_or_insert_with(new);
        *bytes += row.value.len();
        batch.places.push(place);
        batch.rows.push(row);
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
