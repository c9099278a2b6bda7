//! Walks an import document while its bytes arrive. A [`Receiver`] decides about each member and gets one row at a time. Members that are not taken, and
//! rows that are too long, are passed over.

mod malformed;
mod scan;
#[cfg(test)]
mod tests;
mod text;

use std::io::Read;

use ring::digest::Context;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::mend;
use crate::error::{ApiError, FieldError};
use crate::json::pointer;
use malformed::malformed;
use scan::{Cut, Scanner};
use text::{MAX_NAME_BYTES, name_of, text_of};

/// How deeply documents may be inside of each other.
const MAX_DOCUMENTS: usize = 64;

/// What to do with a member of the document. A null counts as no member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// It is a list of rows.
    Items,
    /// It is an object of rows by their keys.
    Members,
    /// It is a row.
    Whole,
    /// It is the value of the row with this key.
    Keyed(&'static str),
    /// It is a list of documents.
    Documents,
    /// It is any value, which may be a part of a conversation of another application.
    Held,
    Nothing,
}

impl Take {
    /// The first byte of the value, and the detail of the error if it is another one.
    fn opening(self) -> (u8, &'static str) {
        match self {
            Self::Items | Self::Documents => (b'[', "must be a list"),
            Self::Members | Self::Whole | Self::Keyed(_) | Self::Held | Self::Nothing => (b'{', "must be an object"),
        }
    }
}

/// A row as it stands in the document.
#[derive(Debug)]
pub struct RowText {
    /// The row's member name, if its section is an object.
    pub key: Option<String>,
    /// `Err`: the beginning of a row that is too long.
    pub text: Result<Box<RawValue>, Vec<u8>>,
    /// Bytes of the row that are no UTF-8, or a key with a NUL or an unpaired surrogate, were replaced by U+FFFD.
    pub replaced: bool,
}

pub trait Receiver {
    /// The document begins with a byte order mark.
    fn byte_order_mark(&mut self);

    /// A member of the document begins.
    fn member(&mut self, name: &str) -> Result<Take, ApiError>;

    /// A member that is held. `None`: its value is too long. `replaced`: as in [`RowText`].
    fn held(&mut self, name: &str, value: Option<Box<RawValue>>, replaced: bool);

    /// All members of the present document were read.
    fn end(&mut self) -> Result<(), ApiError>;

    /// A document begins inside of the present one, at this index of its member `name`. Without a name: of the whole document, which is a list.
    fn enter(&mut self, name: &str, index: usize);

    /// The document that began last ends.
    fn leave(&mut self);

    /// Documents are inside of each other too deeply. They are passed over.
    fn too_deep(&mut self, name: &str);

    /// The member has rows, or an empty list or object of them. False: they are passed over.
    fn section(&mut self, name: &str) -> Result<bool, ApiError>;

    /// The member has another type than its rows have. It is passed over.
    fn wrong_type(&mut self, name: &str, expected: &'static str) -> Result<(), ApiError>;

    /// A row of the section that began last.
    fn row(&mut self, row: RowText) -> Result<(), ApiError>;

    /// The pointer to the next row of the section.
    fn pointer(&self, key: Option<&str>) -> String;
}

/// Reads a document to its end. `hasher` sees every byte. A row is at most `max_row_bytes` long.
///
/// # Errors
/// `malformed_json` for invalid JSON, `validation_failed` for a document that is no object, and the errors of `bytes` and `receiver`.
pub fn walk(
    bytes: impl Read,
    hasher: Option<&mut Context>,
    max_row_bytes: usize,
    receiver: &mut impl Receiver,
) -> Result<(), ApiError> {
    let mut walk = Walk { scanner: Scanner::new(bytes, hasher), max_row_bytes, depth: 0, receiver };
    if walk.scanner.byte_order_mark()? {
        walk.receiver.byte_order_mark();
    }
    walk.document()?;
    match walk.scanner.peek()? {
        None => Ok(()),
        Some(_) => Err(walk.scanner.unexpected("expected the end")),
    }
}

struct Walk<'a, B, R> {
    scanner: Scanner<'a, B>,
    max_row_bytes: usize,
    /// In how many documents the present one is.
    depth: usize,
    receiver: &'a mut R,
}

impl<B: Read, R: Receiver> Walk<'_, B, R> {
    fn document(&mut self) -> Result<(), ApiError> {
        match self.scanner.peek()? {
            Some(b'{') => {}
            Some(b'[') => return self.documents(""),
            Some(_) if self.is_scalar()? => {
                let detail = "must be an object with a member for each collection, such as {\"conversations\": [...]}";
                return Err(ApiError::invalid(vec![FieldError::new("", "invalid_type", detail)]));
            }
            _ => return Err(self.scanner.unexpected("expected an object")),
        }
        self.members(Self::member)?;
        self.receiver.end()
    }

    /// Whether the document is JSON without a list or an object. It is passed over.
    fn is_scalar(&mut self) -> Result<bool, ApiError> {
        let value = self.scanner.value(MAX_NAME_BYTES)?;
        Ok(serde_json::from_slice::<IgnoredAny>(&value.bytes).is_ok())
    }

    /// Reads an object. `each` gets the name of a member, without the part that is too long, and whether it was mended. It reads the value.
    fn members(
        &mut self,
        mut each: impl FnMut(&mut Self, String, bool) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        self.scanner.expect(b'{')?;
        if self.scanner.take(b'}')? {
            return Ok(());
        }
        loop {
            if self.scanner.peek()? != Some(b'"') {
                return Err(self.scanner.unexpected("expected a name"));
            }
            let name = self.scanner.value(MAX_NAME_BYTES)?;
            self.scanner.expect(b':')?;
            let (name, mended) = name_of(name)?;
            each(self, name, mended)?;
            if self.scanner.take(b'}')? {
                return Ok(());
            }
            self.scanner.expect(b',')?;
        }
    }

    fn member(&mut self, name: String, _mended: bool) -> Result<(), ApiError> {
        let take = self.receiver.member(&name)?;
        let (opening, expected) = take.opening();
        let first = self.scanner.peek()?;
        if take == Take::Nothing || first == Some(b'n') {
            return self.pass_over(&name);
        }
        if take == Take::Held {
            return self.hold(&name);
        }
        if first != Some(opening) && !matches!(take, Take::Keyed(_)) {
            self.pass_over(&name)?;
            return self.receiver.wrong_type(&name, expected);
        }
        if take == Take::Documents {
            return self.documents(&name);
        }
        if !self.receiver.section(&name)? {
            return self.pass_over(&name);
        }
        match take {
            Take::Items => self.items(),
            Take::Members => self.members(|walk, key, mended| walk.row(Some(key), mended)),
            Take::Keyed(key) => self.row(Some(key.to_owned()), false),
            Take::Whole | Take::Documents | Take::Held | Take::Nothing => self.row(None, false),
        }
    }

    /// Reads a value that is held. Escapes that are no characters are replaced.
    fn hold(&mut self, name: &str) -> Result<(), ApiError> {
        let Cut { bytes, too_long } = self.scanner.value(self.max_row_bytes)?;
        if too_long {
            self.receiver.held(name, None, false);
            return Ok(());
        }
        let (text, replaced) = text_of(bytes);
        let mended = mend::unicode(&text);
        let replaced = replaced || mended.is_some();
        match RawValue::from_string(mended.unwrap_or(text)) {
            Ok(value) => self.receiver.held(name, Some(value), replaced),
            Err(error) => return Err(malformed(pointer::join("", name), error)),
        }
        Ok(())
    }

    /// Reads a list of documents, of the member `name` or of the whole document. An item that is no object is passed over.
    fn documents(&mut self, name: &str) -> Result<(), ApiError> {
        if self.depth == MAX_DOCUMENTS {
            self.receiver.too_deep(name);
            return self.pass_over(name);
        }
        self.depth += 1;
        let mut index = 0;
        self.list(|walk| {
            walk.receiver.enter(name, index);
            index += 1;
            match walk.scanner.peek()? {
                Some(b'{') => {
                    walk.members(Self::member)?;
                    walk.receiver.end()?;
                }
                _ => {
                    walk.receiver.wrong_type("", "must be an object")?;
                    walk.pass_over("")?;
                }
            }
            walk.receiver.leave();
            Ok(())
        })?;
        self.depth -= 1;
        Ok(())
    }

    fn items(&mut self) -> Result<(), ApiError> {
        self.list(|walk| walk.row(None, false))
    }

    /// Reads a list. `each` reads an item.
    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), ApiError>) -> Result<(), ApiError> {
        self.scanner.expect(b'[')?;
        if self.scanner.take(b']')? {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.scanner.take(b']')? {
                return Ok(());
            }
            self.scanner.expect(b',')?;
            // The value after a comma may be missing.
            if self.scanner.peek()? == Some(b']') {
                return Err(self.scanner.unexpected("expected a value"));
            }
        }
    }

    fn row(&mut self, key: Option<String>, key_mended: bool) -> Result<(), ApiError> {
        let Cut { bytes, too_long } = self.scanner.value(self.max_row_bytes)?;
        if self.scanner.peek()?.is_none() {
            return Err(self.scanner.unexpected(""));
        }
        if too_long {
            return self.receiver.row(RowText { key, text: Err(bytes), replaced: key_mended });
        }
        let (text, replaced) = text_of(bytes);
        match RawValue::from_string(text) {
            Ok(text) => self.receiver.row(RowText { key, text: Ok(text), replaced: replaced || key_mended }),
            Err(error) => Err(malformed(self.receiver.pointer(key.as_deref()), error)),
        }
    }

    /// Passes over a value. Its syntax is checked if it is not longer than a row.
    fn pass_over(&mut self, name: &str) -> Result<(), ApiError> {
        let Cut { bytes, too_long } = self.scanner.value(self.max_row_bytes)?;
        if too_long {
            return Ok(());
        }
        match serde_json::from_str::<&RawValue>(&text_of(bytes).0) {
            Ok(_) => Ok(()),
            Err(error) => Err(malformed(pointer::join("", name), error)),
        }
    }
}
