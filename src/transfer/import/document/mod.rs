//! Walks an import document while its bytes arrive. serde_json reads it, and a [`Receiver`] decides about each member. One row is in memory at a
//! time. Members that are not taken are never in memory.

mod source;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};

use ring::digest::Context;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::body;
use crate::error::{ApiError, ErrorCode, FieldError};
use crate::json::pointer;
use source::{Exceeded, MAX_DEPTH, Source};

/// The maximal length of a row in bytes, larger than any row that is stored. Skipped members may have any size.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;
const BUFFER_BYTES: usize = 64 * 1024;

/// What to do with a member of the document. A null counts as no member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// It is a list of rows.
    Items,
    /// It is an object of rows by their keys.
    Members,
    /// It is a row.
    Whole,
    Nothing,
}

pub trait Receiver {
    /// A member of the document begins.
    fn member(&mut self, name: &str) -> Result<Take, ApiError>;

    /// The member has rows, or an empty list or object of them.
    fn section(&mut self, name: &str) -> Result<(), ApiError>;

    /// A row of the section that began last, and its key if the section is an object.
    fn row(&mut self, key: Option<String>, row: Box<RawValue>) -> Result<(), ApiError>;

    /// The pointer to the next row of the section.
    fn pointer(&self, key: Option<&str>) -> String;
}

/// Reads a document to its end. `hasher` sees every byte.
///
/// # Errors
/// `malformed_json` for invalid JSON, `payload_too_large` for a row that is too long, and the errors of `bytes` and `receiver`.
pub fn walk(bytes: impl Read, hasher: Option<&mut Context>, receiver: &mut impl Receiver) -> Result<(), ApiError> {
    let left = Cell::new(usize::MAX);
    let source = BufReader::with_capacity(BUFFER_BYTES, Source::new(bytes, hasher, &left));
    let mut walk =
        Walk { receiver, left: &left, failure: None, name: String::new(), expected: None, reading: Reading::Structure };
    let mut json = serde_json::Deserializer::from_reader(source);
    let walked = json.deserialize_map(Document(&mut walk)).and_then(|()| {
        left.set(usize::MAX);
        json.end()
    });
    walked.map_err(|error| walk.explain(error))
}

struct Walk<'a, R> {
    receiver: &'a mut R,
    /// Shared with [`Source`].
    left: &'a Cell<usize>,
    /// The error that ended the walk. An error of serde can only carry text.
    failure: Option<ApiError>,
    /// The member that is being read.
    name: String,
    /// The detail of the error if the value has another type.
    expected: Option<&'static str>,
    reading: Reading,
}

/// What is read, for the pointer of a syntax error.
enum Reading {
    Structure,
    /// The member that is one row.
    Member,
    /// A row, and its key if it has one.
    Row(Option<String>),
}

impl<R: Receiver> Walk<'_, R> {
    fn check<T, E: serde::de::Error>(&mut self, result: Result<T, ApiError>) -> Result<T, E> {
        result.map_err(|error| {
            self.failure = Some(error);
            E::custom("refused")
        })
    }

    /// A name or a row follows: its length is limited.
    fn expect_row(&self) {
        self.left.set(MAX_ROW_BYTES);
    }

    fn section<E: serde::de::Error>(&mut self) -> Result<(), E> {
        let began = self.receiver.section(&self.name);
        self.check(began)
    }

    fn explain(&mut self, error: serde_json::Error) -> ApiError {
        if let Some(failure) = self.failure.take() {
            return failure;
        }
        match (error.classify(), self.expected) {
            (Category::Io, _) => self.explain_read(error.into()),
            (Category::Data, Some(expected)) => refused(&self.name, "invalid_type", expected),
            (Category::Data, None) => malformed(String::new(), "it must be an object"),
            // An incomplete document is no error of its last row.
            (Category::Eof, _) => malformed(String::new(), error),
            (Category::Syntax, _) => {
                let pointer = match &self.reading {
                    Reading::Structure => String::new(),
                    Reading::Member => pointer::join("", &self.name),
                    Reading::Row(key) => self.receiver.pointer(key.as_deref()),
                };
                malformed(pointer, error)
            }
        }
    }

    /// Checks the exact length. [`Source`] counts whole buffers.
    fn fits<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        let fits = if text.len() > MAX_ROW_BYTES { Err(self.row_too_large()) } else { Ok(()) };
        self.check(fits)
    }

    fn row_too_large(&self) -> ApiError {
        let name: String = self.name.chars().take(100).collect();
        let detail = format!("In {name:?} a row may have {MAX_ROW_BYTES} bytes at most.");
        ApiError::new(ErrorCode::PayloadTooLarge, detail)
    }

    fn explain_read(&self, error: io::Error) -> ApiError {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Exceeded>()) {
            Some(Exceeded::RowBytes) => self.row_too_large(),
            Some(Exceeded::Depth) => {
                refused(&self.name, "too_deep", &format!("must be nested at most {MAX_DEPTH} deep"))
            }
            None => body::explain(error),
        }
    }
}

fn refused(name: &str, code: &'static str, detail: &str) -> ApiError {
    ApiError::invalid(vec![FieldError::new(pointer::join("", name), code, detail)])
}

fn malformed(pointer: String, what: impl fmt::Display) -> ApiError {
    let field = FieldError::new(pointer, "malformed_json", what.to_string());
    ApiError::new(ErrorCode::MalformedJson, format!("The document is no JSON: {what}.")).with_errors(vec![field])
}

/// The whole document.
struct Document<'w, 'a, R>(&'w mut Walk<'a, R>);

impl<'de, R: Receiver> Visitor<'de> for Document<'_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let walk = self.0;
        loop {
            walk.expect_row();
            let Some(name) = members.next_key::<String>()? else { return Ok(()) };
            walk.fits(&name)?;
            walk.name = name;
            let take = walk.receiver.member(&walk.name);
            let take = walk.check(take)?;
            walk.expected = match take {
                Take::Nothing => None,
                Take::Items => Some("must be a list"),
                Take::Members | Take::Whole => Some("must be an object"),
            };
            match take {
                Take::Nothing => {
                    walk.left.set(usize::MAX);
                    members.next_value::<IgnoredAny>()?;
                }
                Take::Whole => members.next_value_seed(Row { walk, key: None, whole: true })?,
                Take::Items | Take::Members => members.next_value_seed(Section { walk, take })?,
            }
            walk.expected = None;
        }
    }
}

/// A list or an object of rows.
struct Section<'w, 'a, R> {
    walk: &'w mut Walk<'a, R>,
    take: Take,
}

impl<'de, R: Receiver> DeserializeSeed<'de> for Section<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, R: Receiver> Visitor<'de> for Section<'_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        if self.take != Take::Items {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        self.walk.section()?;
        loop {
            self.walk.expect_row();
            let row = Row { walk: &mut *self.walk, key: None, whole: false };
            if rows.next_element_seed(row)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        if self.take != Take::Members {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        self.walk.section()?;
        loop {
            self.walk.expect_row();
            let Some(key) = rows.next_key::<String>()? else { return Ok(()) };
            self.walk.fits(&key)?;
            self.walk.expect_row();
            rows.next_value_seed(Row { walk: &mut *self.walk, key: Some(key), whole: false })?;
        }
    }
}

/// One row, as its text.
struct Row<'w, 'a, R> {
    walk: &'w mut Walk<'a, R>,
    key: Option<String>,
    /// True for a member that is one row.
    whole: bool,
}

impl<'de, R: Receiver> DeserializeSeed<'de> for Row<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        let Self { walk, key, whole } = self;
        walk.reading = if whole { Reading::Member } else { Reading::Row(key) };
        let row: Box<RawValue> = serde::Deserialize::deserialize(value)?;
        let key = match std::mem::replace(&mut walk.reading, Reading::Structure) {
            Reading::Row(key) => key,
            Reading::Structure | Reading::Member => None,
        };
        if whole {
            match row.get().as_bytes().first() {
                Some(b'{') => walk.section()?,
                Some(b'n') => return Ok(()),
                _ => return Err(D::Error::custom("another type")),
            }
        }
        walk.fits(row.get())?;
        let taken = walk.receiver.row(key, row);
        walk.check(taken)
    }
}
