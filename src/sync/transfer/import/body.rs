//! A body on its way from the connection to the thread that reads it: a few chunks at a time, unpacked there, and no more than allowed.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use flate2::read::MultiGzDecoder;
use tokio::sync::mpsc;

use crate::error::{ApiError, ErrorCode};

/// Chunks that wait to be read.
const WAITING_CHUNKS: usize = 8;

enum Part {
    Chunk(Bytes),
    /// The body arrived whole.
    End,
    Broken(ApiError),
}

/// How the body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Gzip,
}

/// Where the connection puts what arrives.
pub struct Feed(mpsc::Sender<Part>);

/// What arrives.
pub struct Body(mpsc::Receiver<Part>);

pub fn body() -> (Feed, Body) {
    let (sender, receiver) = mpsc::channel(WAITING_CHUNKS);
    (Feed(sender), Body(receiver))
}

impl Feed {
    /// Waits while the reader is behind; false where it has stopped reading.
    pub async fn chunk(&self, chunk: Bytes) -> bool {
        self.0.send(Part::Chunk(chunk)).await.is_ok()
    }

    /// Without this the body counts as broken.
    pub async fn end(self) {
        let _ = self.0.send(Part::End).await;
    }

    pub async fn broken(self, error: ApiError) {
        let _ = self.0.send(Part::Broken(error)).await;
    }
}

impl Body {
    /// For a thread that may block. More than `limit` bytes after unpacking are an error: a bomb ends there, and memory never holds
    /// more than a buffer of it.
    pub fn into_reader(self, packing: Packing, limit: u64) -> Limited {
        let raw = Raw { parts: self.0, chunk: Bytes::new(), ended: false };
        let inner: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(raw),
            Packing::Gzip => Box::new(MultiGzDecoder::new(raw)),
        };
        Limited { inner, left: limit, limit }
    }
}

struct Raw {
    parts: mpsc::Receiver<Part>,
    chunk: Bytes,
    ended: bool,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() && !self.ended {
            match self.parts.blocking_recv() {
                Some(Part::Chunk(chunk)) => self.chunk = chunk,
                Some(Part::End) => self.ended = true,
                Some(Part::Broken(error)) => return Err(io::Error::other(error)),
                None => return Err(io::Error::other(broken())),
            }
        }
        let length = buffer.len().min(self.chunk.len());
        self.chunk.split_to(length).copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

pub struct Limited {
    inner: Box<dyn Read + Send>,
    left: u64,
    limit: u64,
}

impl Limited {
    /// 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ApiError> {
        let length = self.inner.read(buffer).map_err(explain)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => self.left = left,
            None => return Err(too_large(self.limit)),
        }
        Ok(length)
    }
}

pub fn too_large(limit: u64) -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, format!("An import may have {limit} bytes at most."))
}

fn broken() -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole. Nothing was stored.")
}

/// An error of ours, or one of the unpacking.
fn explain(error: io::Error) -> ApiError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ApiError>()) {
        Some(ours) => ours.clone(),
        None => broken().caused_by(error),
    }
}
