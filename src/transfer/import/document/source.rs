//! The bytes of a document on their way to serde_json, with limits.

use std::cell::Cell;
use std::io::{self, Read};

use ring::digest::Context;

/// The maximal depth of lists and objects, in rows and in skipped members.
pub const MAX_DEPTH: u32 = 100_000;

/// The reader of serde_json, one buffer at a time. serde_json holds whole names and rows, and a byte for each open level. Both are limited here, with
/// the accuracy of a buffer.
pub struct Source<'a, B> {
    bytes: B,
    hasher: Option<&'a mut Context>,
    /// The bytes that the current name or row may still have.
    left: &'a Cell<usize>,
    nesting: Nesting,
}

impl<'a, B> Source<'a, B> {
    pub fn new(bytes: B, hasher: Option<&'a mut Context>, left: &'a Cell<usize>) -> Self {
        Self { bytes, hasher, left, nesting: Nesting::default() }
    }
}

impl<B: Read> Read for Source<'_, B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.bytes.read(buffer)?;
        let bytes = &buffer[..length];
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        let left = self.left.get().checked_sub(length).ok_or_else(|| io::Error::other(Exceeded::RowBytes))?;
        self.left.set(left);
        self.nesting.read(bytes).map_err(io::Error::other)?;
        Ok(length)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Exceeded {
    #[error("a row is too long")]
    RowBytes,
    #[error("it is nested too deep")]
    Depth,
}

/// Counts the open lists and objects.
#[derive(Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Exceeded> {
        for byte in bytes {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = self.in_string,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if self.depth > MAX_DEPTH {
                return Err(Exceeded::Depth);
            }
        }
        Ok(())
    }
}
