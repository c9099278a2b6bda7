//! Unpacks gzip into a bounded writer, in steps of at most 32 KiB of output: a chunk is never unpacked as a whole before the limit is checked.

use std::io::{self, Write};

use flate2::write::GzDecoder;

use crate::error::{ApiError, ErrorCode};

/// What a decoder has in memory besides its output: its window, its tables and one step of output, in bytes.
pub const OVERHEAD_BYTES: usize = 96 * 1024;
/// The most members of one body. Each costs a new decoder; tools that write several write one per 64 KiB or more.
const MAX_MEMBERS: usize = 1_000;

/// A decoder of gzip members (RFC 1952) that writes to `W`. An error of `W` with an [`ApiError`] inside is returned as that one.
pub struct Unpacker<W: Write> {
    /// `None` after an error.
    decoder: Option<GzDecoder<W>>,
    members: usize,
}

impl<W: Write> Unpacker<W> {
    pub fn new(output: W) -> Self {
        Self { decoder: Some(GzDecoder::new(output)), members: 1 }
    }

    /// Unpacks the next bytes.
    ///
    /// # Errors
    /// `bad_request` for bytes that are no gzip, and the error of the output.
    pub fn write(&mut self, mut packed: &[u8]) -> Result<(), ApiError> {
        while !packed.is_empty() {
            let decoder = self.decoder.as_mut().ok_or_else(|| damaged("it goes on after an error"))?;
            match decoder.write(packed).map_err(explain)? {
                // The member has ended: what follows is another one.
                0 => self.begin_member()?,
                taken => packed = packed.get(taken..).unwrap_or_default(),
            }
        }
        Ok(())
    }

    fn begin_member(&mut self) -> Result<(), ApiError> {
        self.members += 1;
        if self.members > MAX_MEMBERS {
            return Err(damaged("it has too many members"));
        }
        let output = self.end_member()?;
        self.decoder = Some(GzDecoder::new(output));
        Ok(())
    }

    fn end_member(&mut self) -> Result<W, ApiError> {
        let decoder = self.decoder.take().ok_or_else(|| damaged("it ends after an error"))?;
        decoder.finish().map_err(explain)
    }

    /// The output, if the last member is complete and its checksum is right.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(mut self) -> Result<W, ApiError> {
        self.end_member()
    }
}

fn explain(error: io::Error) -> ApiError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ApiError>()) {
        Some(error) => error.clone(),
        None => damaged(error),
    }
}

fn damaged(cause: impl std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "The body is damaged or incomplete: it can't be unpacked by gzip.")
        .caused_by(cause)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
        let written = writer.write_all(bytes);
        written.and_then(|()| writer.finish()).unwrap_or_default()
    }

    /// Unpacks in chunks of `length` bytes.
    fn unpacked(packed: &[u8], length: usize) -> Option<Vec<u8>> {
        let mut unpacker = Unpacker::new(Vec::new());
        packed.chunks(length).try_for_each(|chunk| unpacker.write(chunk)).ok()?;
        unpacker.finish().ok()
    }

    #[test]
    fn members_are_unpacked_in_chunks_of_any_length() {
        let one = packed(b"one ");
        let two = [one.clone(), packed(b"two")].concat();
        for length in [1, 2, 7, 64, 1_000] {
            assert_eq!(unpacked(&one, length).as_deref(), Some(&b"one "[..]), "{length}");
            assert_eq!(unpacked(&two, length).as_deref(), Some(&b"one two"[..]), "{length}");
        }
    }

    #[test]
    fn damaged_incomplete_and_overlong_input_is_refused() {
        let good = packed(&[7; 10_000]);
        let mut flipped = good.clone();
        if let Some(byte) = flipped.iter_mut().rev().nth(5) {
            *byte ^= 1;
        }
        let with_garbage = [good.clone(), b"x".to_vec()].concat();
        let many = packed(b"").repeat(MAX_MEMBERS + 1);
        let cut = good.get(..good.len() - 1).unwrap_or_default().to_vec();
        for bad in [Vec::new(), vec![0x1f], b"{}".to_vec(), cut, flipped, with_garbage, many] {
            assert_eq!(unpacked(&bad, 64), None);
        }
    }
}
