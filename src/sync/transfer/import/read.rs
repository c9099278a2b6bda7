//! From bytes to batches of checked rows, on a thread of its own: parsing a large document must not hold up other requests.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::body::{Body, Packing};
use super::rows;
use super::split::{Receiver, Splitter, Take};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::models::import::StagedRow;
use crate::sync::collections::{Direction, Registry};
use crate::sync::transfer::Section;

/// As many rows, or about as many bytes, travel to the database at once.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 512 * 1024;
/// Errors that are named; all are counted.
pub const MAX_ERRORS: usize = 50;
/// Unknown members that are named.
const MAX_IGNORED: usize = 20;
const READ_BYTES: usize = 64 * 1024;

/// Rows of one section that follow each other.
#[derive(Debug)]
pub struct Batch {
    pub section: &'static str,
    /// The place of each row in its section.
    pub places: Vec<i32>,
    pub rows: Vec<StagedRow>,
}

/// A section that the document has.
#[derive(Debug, Clone)]
pub struct ReadSection {
    pub section: Section,
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
    pub fn pointer(&self, place: i32, key: &str) -> String {
        let name = self.section.name();
        match self.pointer {
            PointerForm::Place => format!("/{name}/{place}"),
            PointerForm::Key => format!("/{name}/{}", key.replace('~', "~0").replace('/', "~1")),
            PointerForm::Whole(name) => format!("/{name}"),
        }
    }
}

/// What was read.
#[derive(Debug, Default)]
pub struct ReadDocument {
    pub sections: Vec<ReadSection>,
    pub ignored: Vec<String>,
    pub errors: Vec<FieldError>,
    pub has_secrets: bool,
    /// SHA-256 of the document, unpacked; empty unless it was asked for.
    pub hash: Vec<u8>,
}

pub struct ReadOptions {
    pub registry: Registry,
    pub wanted: Vec<Section>,
    pub packing: Packing,
    pub max_bytes: u64,
    pub max_project_bytes: usize,
    pub hashed: bool,
}

/// Reads to the end. Rows that are no good are noted; what makes the document unreadable ends it.
pub fn read(body: Body, options: ReadOptions, batches: mpsc::Sender<Batch>) -> Result<ReadDocument, ApiError> {
    let mut bytes = body.into_reader(options.packing, options.max_bytes);
    let mut hasher = options.hashed.then(Sha256::new);
    let mut reader = Reader { options, batches, batch: None, seen: HashSet::new(), document: ReadDocument::default() };
    let mut splitter = Splitter::default();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let length = bytes.read(&mut buffer)?;
        let chunk = buffer.get(..length).unwrap_or_default();
        if chunk.is_empty() {
            break;
        }
        if let Some(hasher) = &mut hasher {
            hasher.update(chunk);
        }
        splitter.feed(chunk, &mut reader)?;
    }
    splitter.end()?;
    reader.flush()?;
    Ok(ReadDocument { hash: hasher.map(|hasher| hasher.finalize().to_vec()).unwrap_or_default(), ..reader.document })
}

struct Reader {
    options: ReadOptions,
    batches: mpsc::Sender<Batch>,
    batch: Option<(Batch, usize)>,
    seen: HashSet<&'static str>,
    document: ReadDocument,
}

impl Receiver for Reader {
    fn section(&mut self, name: String, first: u8) -> Result<Take, ApiError> {
        self.flush()?;
        // A conversation or a project by itself has one row under the singular.
        let (section, pointer) = match name.as_str() {
            "version" | "exportedAt" => return Ok(Take::Nothing),
            "conversation" => (self.find("conversations"), PointerForm::Whole("conversation")),
            "project" => (self.find("projects"), PointerForm::Whole("project")),
            name => (self.find(name), PointerForm::Place),
        };
        let Some(section) = section else {
            if self.document.ignored.len() < MAX_IGNORED {
                self.document.ignored.push(name);
            }
            return Ok(Take::Nothing);
        };
        let wanted = self.options.wanted.iter().any(|wanted| wanted.name() == section.name());
        if !wanted || first == b'n' {
            return Ok(Take::Nothing);
        }
        if !self.seen.insert(section.name()) {
            return Err(invalid(&name, "duplicate_member", "must not stand twice in a document"));
        }
        let (pointer, take, form) = match (pointer, section) {
            (PointerForm::Place, Section::Records(definition)) if definition.exported_as_map.is_some() => {
                (PointerForm::Key, Take::Members, b'{')
            }
            (PointerForm::Place, _) => (PointerForm::Place, Take::Items, b'['),
            (whole, _) => (whole, Take::Whole, b'{'),
        };
        if first != form {
            let detail = if form == b'[' { "must be a list" } else { "must be an object" };
            return Err(invalid(&name, "invalid_type", detail));
        }
        self.document.sections.push(ReadSection { section, pointer, staged: 0, rejected: 0 });
        Ok(take)
    }

    fn row(&mut self, key: Option<String>, text: &[u8]) -> Result<(), ApiError> {
        let Some(current) = self.document.sections.last_mut() else { return Ok(()) };
        let place = i32::try_from(current.staged + current.rejected).map_err(ApiError::internal)?;
        let pointer = current.pointer(place, key.as_deref().unwrap_or_default());
        match rows::check(current.section, key, text, self.options.max_project_bytes) {
            Ok(row) => {
                current.staged += 1;
                let section = current.section.name();
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
    /// The section that takes rows under this name.
    fn find(&self, name: &str) -> Option<Section> {
        Section::find(self.options.registry, name).filter(|section| match section {
            Section::Records(definition) => definition.direction != Direction::PullOnly,
            _ => true,
        })
    }

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
        // Whoever stages them has stopped, and says why.
        self.batches.blocking_send(batch).map_err(ApiError::internal)
    }
}

fn invalid(name: &str, code: &'static str, detail: &str) -> ApiError {
    ApiError::invalid(vec![FieldError::new(format!("/{name}"), code, detail)])
}
