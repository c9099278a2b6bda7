//! The bytes of a document, cut into names and values. Only the structure is read here; serde_json checks each value. A value that is longer than its
//! limit is passed over without being held.

use std::io::Read;

use ring::digest::Context;

use super::malformed::malformed;
use crate::error::ApiError;
use crate::json::BYTE_ORDER_MARK;
use crate::transfer::import::body;

const BUFFER_BYTES: usize = 64 * 1024;

/// A cut value. `bytes` is the whole value, or its beginning if it is too long.
#[derive(Debug, Default)]
pub struct Cut {
    pub bytes: Vec<u8>,
    pub too_long: bool,
}

/// Reads a document from front to back.
pub struct Scanner<'a, R> {
    bytes: R,
    hasher: Option<&'a mut Context>,
    buffer: Vec<u8>,
    /// The part of the buffer that is not read yet.
    unread: std::ops::Range<usize>,
    /// The number of bytes before the buffer.
    passed: usize,
}

impl<'a, R: Read> Scanner<'a, R> {
    /// `hasher` sees every byte.
    pub fn new(bytes: R, hasher: Option<&'a mut Context>) -> Self {
        Self { bytes, hasher, buffer: vec![0; BUFFER_BYTES], unread: 0..0, passed: 0 }
    }

    /// The unread bytes of the buffer, which is filled if it is empty. Empty at the end of the document.
    fn unread(&mut self) -> Result<&[u8], ApiError> {
        if self.unread.is_empty() {
            self.passed += self.unread.end;
            let length = self.bytes.read(&mut self.buffer).map_err(body::explain)?;
            self.unread = 0..length;
            if let Some(hasher) = &mut self.hasher {
                hasher.update(&self.buffer[..length]);
            }
        }
        Ok(&self.buffer[self.unread.clone()])
    }

    /// Passes over a byte order mark. True if there was one.
    ///
    /// # Errors
    /// Those of the body.
    pub fn byte_order_mark(&mut self) -> Result<bool, ApiError> {
        // A read may return one byte only, so the mark may be in several buffers.
        let mut length = 0;
        for byte in BYTE_ORDER_MARK {
            if self.unread()?.first() != Some(byte) {
                break;
            }
            self.unread.start += 1;
            length += 1;
        }
        match length {
            0 => Ok(false),
            3 => Ok(true),
            _ => Err(malformed(String::new(), "it must be UTF-8")),
        }
    }

    /// The next byte that is no blank, without passing over it. `None` at the end of the document.
    ///
    /// # Errors
    /// Those of the body.
    pub fn peek(&mut self) -> Result<Option<u8>, ApiError> {
        loop {
            let bytes = self.unread()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
            let next = bytes.get(blanks).copied();
            self.unread.start += blanks;
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Passes over the next byte that is no blank if it is `wanted`.
    ///
    /// # Errors
    /// Those of the body.
    pub fn take(&mut self, wanted: u8) -> Result<bool, ApiError> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.unread.start += 1;
        }
        Ok(found)
    }

    /// Passes over the next byte that is no blank, which must be `wanted`.
    ///
    /// # Errors
    /// `malformed_json`, and those of the body.
    pub fn expect(&mut self, wanted: u8) -> Result<(), ApiError> {
        if self.take(wanted)? { Ok(()) } else { Err(self.unexpected(&format!("expected {:?}", char::from(wanted)))) }
    }

    /// `malformed_json` at this place.
    pub fn unexpected(&self, what: &str) -> ApiError {
        if self.unread.is_empty() {
            return malformed(String::new(), "it ends too early");
        }
        malformed(String::new(), format!("{what} at byte {}", self.passed + self.unread.start))
    }

    /// Cuts the next value, which is at most `limit` bytes long.
    ///
    /// # Errors
    /// Those of the body.
    pub fn value(&mut self, limit: usize) -> Result<Cut, ApiError> {
        self.peek()?;
        let (mut cut, mut shape) = (Cut::default(), Shape::default());
        loop {
            let bytes = self.unread()?;
            if bytes.is_empty() {
                return Ok(cut);
            }
            let (length, ended) = shape.read(bytes);
            let kept = length.min(limit.saturating_sub(cut.bytes.len()));
            cut.bytes.extend_from_slice(&bytes[..kept]);
            cut.too_long |= kept < length;
            self.unread.start += length;
            if ended {
                return Ok(cut);
            }
        }
    }
}

/// Finds the end of a value.
#[derive(Default)]
struct Shape {
    /// The number of open lists and objects.
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Shape {
    /// How many of the bytes belong to the value, and whether it ends there.
    fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => {
                    self.in_string = !self.in_string;
                    if !self.in_string && self.depth == 0 {
                        return (index + 1, true);
                    }
                }
                _ if self.in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return (index, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (index + 1, true);
                    }
                }
                _ => {}
            }
        }
        (bytes.len(), false)
    }
}
