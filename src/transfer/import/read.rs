//! From bytes to batches of checked rows, on a thread of its own: parsing a large document must not hold up other requests.

use std::collections::HashSet;
use std::sync::Arc;

use ring::digest::{Context, SHA256};
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::batches::{Batch, Batches};
use super::body::Body;
use super::document::{Receiver, RowText, Take, walk};
use super::frame::{Frame, Unknown};
use super::mend;
use super::read_document::{REPLACED, ReadDocument, ReadOptions, invalid_unicode};
use super::row_id;
use super::section::{Part, PointerForm, ReadSection};
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::pointer;
use crate::kinds::foreign::{self, Converted, TooLarge};
use crate::models::import::StagedRow;
use crate::sync::kind::{DocumentMember, ExportForm, ImportedKind};

/// The most characters of a member's name in the report.
const MAX_MEMBER_CHARS: usize = 100;
/// The least limit of a row in bytes, larger than any row that is stored by default.
const MIN_ROW_BYTES: usize = 16 * 1024 * 1024;
/// The member of a project's export that holds the projects and conversations in it, each a document.
const CHILDREN: &str = "children";

/// Reads to the end. Rows that are no good are noted; what makes the document unreadable ends it.
///
/// # Errors
/// `malformed_json`, `payload_too_large`, `validation_failed`, and `timeout` if the client has gone.
pub fn read(body: Body, options: ReadOptions, batches: mpsc::Sender<Batch>) -> Result<ReadDocument, ApiError> {
    let bytes = body.into_reader(options.packing, options.max_bytes, options.gone.clone());
    let mut hasher = options.hashed.then(|| Context::new(&SHA256));
    // Escapes make a project longer than it is stored.
    let max_row_bytes = MIN_ROW_BYTES.max(options.limits.project_bytes.saturating_mul(4));
    let mut reader = Reader {
        options,
        max_row_bytes,
        batches: Batches::new(batches),
        seen: HashSet::new(),
        next: None,
        current: 0,
        path: Vec::new(),
        frames: vec![Frame::default()],
        document: ReadDocument::default(),
    };
    walk(bytes, hasher.as_mut(), max_row_bytes, &mut reader)?;
    reader.batches.flush()?;
    for section in &mut reader.document.sections {
        section.has_unnamed |= section.parts.iter().all(|part| !part.is_section);
    }
    let hash = hasher.map(|hasher| hasher.finish().as_ref().to_vec()).unwrap_or_default();
    Ok(ReadDocument { hash, ..reader.document })
}

struct Reader {
    options: ReadOptions,
    max_row_bytes: usize,
    batches: Batches,
    /// The pointers of the members that were read.
    seen: HashSet<String>,
    /// The section of the member whose value is read next.
    next: Option<(Arc<dyn ImportedKind>, PointerForm, bool)>,
    /// The index of the section that began last.
    current: usize,
    /// The pointers of the documents that the present one is in.
    path: Vec<String>,
    /// The present document and those that it is in.
    frames: Vec<Frame>,
    document: ReadDocument,
}

impl Receiver for Reader {
    fn byte_order_mark(&mut self) {
        let note = FieldError::new("", "byte_order_mark", "the byte order mark was left out");
        self.document.notes.mended.add((0, -1), None, None, &note);
    }

    fn member(&mut self, name: &str) -> Result<Take, ApiError> {
        if matches!(name, "version" | "exportedAt") {
            return Ok(Take::Nothing);
        }
        if name == CHILDREN {
            self.document.is_part = true;
            return Ok(Take::Documents);
        }
        let Some((kind, member)) = self.options.kinds.find_imported(name) else {
            self.ignore(name);
            return Ok(if foreign::MEMBERS.contains(&name) { Take::Held } else { Take::Nothing });
        };
        self.document.is_known = true;
        if !self.wants(kind.name()) {
            return Ok(Take::Nothing);
        }
        let is_map = kind.export().is_some_and(|rows| rows.form == ExportForm::Map);
        let (form, take) = match member {
            DocumentMember::Single => (PointerForm::Whole, Take::Whole),
            DocumentMember::Keyed(key) => (PointerForm::Whole, Take::Keyed(key)),
            DocumentMember::Section if is_map => (PointerForm::Key, Take::Members),
            DocumentMember::Section | DocumentMember::List => (PointerForm::Place, Take::Items),
        };
        self.document.is_part |= member == DocumentMember::Single;
        self.next = Some((kind, form, member == DocumentMember::Section && self.path.is_empty()));
        Ok(take)
    }

    fn held(&mut self, name: &str, value: Option<Box<RawValue>>, replaced: bool) {
        if let Some(frame) = self.frames.last_mut() {
            frame.hold(name, value, replaced, self.max_row_bytes);
        }
    }

    fn end(&mut self) -> Result<(), ApiError> {
        let frame = self.frames.last_mut().map(std::mem::take).unwrap_or_default();
        let too_large = match frame.conversation() {
            Some(Ok(conversation)) => return self.conversation(conversation, frame.replaced),
            Some(Err(TooLarge { member, limit })) => Some((member, ("rows", limit))),
            None => frame.too_large_conversation().map(|member| (member, ("messages", self.max_row_bytes))),
        };
        if let Some((member, (what, limit))) = too_large {
            self.document.is_known = true;
            let detail = format!("the {what} of this conversation may have {limit} bytes at most");
            self.document.refuse_member(self.at(member), member, "too_large", detail);
            return Ok(());
        }
        let base = self.path.last().cloned().unwrap_or_default();
        self.document.ignore(&base, frame);
        Ok(())
    }

    fn enter(&mut self, name: &str, index: usize) {
        self.frames.push(Frame::default());
        self.document.is_part = true;
        let list = if name.is_empty() { String::new() } else { self.at(name) };
        self.path.push(pointer::join(&list, index));
    }

    fn leave(&mut self) {
        self.frames.pop();
        self.path.pop();
    }

    fn too_deep(&mut self, name: &str) {
        let detail = "documents are inside of each other too deeply: nothing of it is imported";
        self.refuse_member(name, "too_deep", detail);
    }

    fn section(&mut self, name: &str) -> Result<bool, ApiError> {
        let Some((kind, form, is_section)) = self.next.take() else { return Ok(false) };
        let pointer = self.at(name);
        if !self.seen.insert(pointer.clone()) {
            self.refuse_member(name, "duplicate_member", "must not stand twice in a document");
            return Ok(false);
        }
        self.begin(kind, pointer, form, is_section)?;
        Ok(true)
    }

    fn wrong_type(&mut self, name: &str, expected: &'static str) -> Result<(), ApiError> {
        self.refuse_member(name, "invalid_type", expected);
        Ok(())
    }

    fn pointer(&self, key: Option<&str>) -> String {
        let Some(current) = self.document.sections.get(self.current) else { return String::new() };
        current.pointer(current.next_place().unwrap_or(i32::MAX), key.unwrap_or_default())
    }

    fn row(&mut self, row: RowText) -> Result<(), ApiError> {
        let strict = self.options.strict;
        let number = self.current + 1;
        let Some(current) = self.document.sections.get_mut(self.current) else { return Ok(()) };
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
                row: Err(ApiError::invalid(vec![invalid_unicode(
                    "",
                    "must be UTF-8 without U+0000 and unpaired surrogates",
                )])),
                mends: Vec::new(),
            },
            Ok(text) => mend::read(kind.as_ref(), row.key.as_deref(), text, self.options.limits, strict),
        };
        let mut mends = read.mends;
        if row.replaced {
            mends.push(invalid_unicode("", REPLACED));
        }
        let notes = &mut self.document.notes;
        match read.row {
            Ok(staged) => {
                current.staged += 1;
                current.mended += u64::from(!mends.is_empty());
                let mends = ApiError::invalid(mends).under(&pointer).errors;
                notes.add_mends((number, place), name, &staged.id, &mends);
                self.batches.take(name, place, staged, false)
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
                self.batches.take(name, place, row, true)
            }
        }
    }
}

impl Reader {
    fn wants(&self, kind: &str) -> bool {
        self.options.wanted.iter().any(|wanted| wanted.name() == kind)
    }

    /// Begins rows of a kind.
    fn begin(
        &mut self,
        kind: Arc<dyn ImportedKind>,
        pointer: String,
        form: PointerForm,
        is_section: bool,
    ) -> Result<(), ApiError> {
        let known = self.document.sections.iter().position(|section| section.kind.name() == kind.name());
        self.current = known.unwrap_or(self.document.sections.len());
        if known.is_none() {
            let new =
                ReadSection { kind, parts: Vec::new(), staged: 0, skipped: 0, mended: 0, rows: 0, has_unnamed: false };
            self.document.sections.push(new);
        }
        if let Some(section) = self.document.sections.get_mut(self.current) {
            let start = section.next_place()?;
            section.parts.push(Part { start, pointer, form, is_section });
        }
        Ok(())
    }

    /// Reads the rows of a conversation of another application.
    fn conversation(&mut self, converted: Converted, replaced: bool) -> Result<(), ApiError> {
        (self.document.is_known, self.document.is_part) = (true, true);
        let base = self.path.last().cloned().unwrap_or_default();
        if replaced {
            let (place, notes) = (self.document.place(), &mut self.document.notes);
            let list = if self.options.strict { &mut notes.errors } else { &mut notes.mended };
            let field = invalid_unicode(base.clone(), REPLACED);
            list.add(place, None, None, &field);
        }
        for (name, member, rows) in converted.rows {
            let Some((kind, _)) = self.options.kinds.find_imported(name).filter(|_| self.wants(name)) else { continue };
            let pointer = if member.is_empty() { base.clone() } else { pointer::join(&base, member) };
            self.begin(kind, pointer, PointerForm::Whole, false)?;
            for row in rows {
                self.row(RowText { key: None, text: Ok(row), replaced: false })?;
            }
        }
        self.document.leave_out(base, converted.left_out);
        Ok(())
    }

    /// Notes a member that is not imported.
    fn ignore(&mut self, name: &str) {
        let is_known = self.options.kinds.find(name).is_some();
        self.document.is_known |= is_known;
        let name = name.chars().take(MAX_MEMBER_CHARS).collect();
        if let Some(frame) = self.frames.last_mut() {
            frame.add_unknown(Unknown { name, is_known });
        }
    }

    /// Notes that a member can't be imported.
    fn refuse_member(&mut self, name: &str, code: &'static str, detail: &'static str) {
        let pointer = if name.is_empty() { self.path.last().cloned().unwrap_or_default() } else { self.at(name) };
        self.document.refuse_member(pointer, name, code, detail);
    }

    /// The pointer of a member of the present document.
    fn at(&self, name: &str) -> String {
        pointer::join(self.path.last().map_or("", String::as_str), name)
    }
}
