//! The body of an import, passed in chunks from the connection to the thread that reads it. The thread decompresses it and limits its size.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use flate2::read::MultiGzDecoder;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::error::{ApiError, ErrorCode};

/// The number of chunks that wait to be read.
const WAITING_CHUNKS: usize = 8;

enum Part {
    Chunk(Bytes),
    /// The body is complete.
    End,
    Broken(ApiError),
}

/// The compression of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Gzip,
}

/// The writer's end, for the connection.
pub struct Feed(mpsc::Sender<Part>);

/// The reader's end.
pub struct Body(mpsc::Receiver<Part>);

/// A channel for the chunks of a body.
pub fn body() -> (Feed, Body) {
    let (sender, receiver) = mpsc::channel(WAITING_CHUNKS);
    (Feed(sender), Body(receiver))
}

impl Feed {
    /// Passes a chunk. Waits while the reader is slow. Returns false if the reader has stopped.
    pub async fn chunk(&self, chunk: Bytes) -> bool {
        self.0.send(Part::Chunk(chunk)).await.is_ok()
    }

    /// Completes the body. Without this call the body counts as incomplete.
    pub async fn end(self) {
        let _ = self.0.send(Part::End).await;
    }

    /// Ends the body with an error.
    pub async fn broken(self, error: ApiError) {
        let _ = self.0.send(Part::Broken(error)).await;
    }
}

impl Body {
    /// A reader for a thread that may block. More than `limit` bytes are an error, before or after decompression, so a decompression bomb uses no more
    /// memory than a buffer, and members of no bytes end too. The reader ends when `gone` is cancelled.
    pub fn into_reader(self, packing: Packing, limit: u64, gone: CancellationToken) -> Limited {
        let raw = Raw { parts: self.0, chunk: Bytes::new(), ended: false, left: limit, limit };
        let inner: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(raw),
            Packing::Gzip => Box::new(MultiGzDecoder::new(raw)),
        };
        Limited { inner, left: limit, limit, gone }
    }
}

struct Raw {
    parts: mpsc::Receiver<Part>,
    chunk: Bytes,
    ended: bool,
    /// The bytes that may still arrive.
    left: u64,
    limit: u64,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() && !self.ended {
            match self.parts.blocking_recv() {
                Some(Part::Chunk(chunk)) => {
                    let left = self.left.checked_sub(chunk.len() as u64);
                    self.left = left.ok_or_else(|| io::Error::other(too_large(self.limit)))?;
                    self.chunk = chunk;
                }
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

/// A reader of the decompressed body that enforces a limit.
pub struct Limited {
    inner: Box<dyn Read + Send>,
    left: u64,
    limit: u64,
    gone: CancellationToken,
}

impl Read for Limited {
    /// An error has the `ApiError` inside: `payload_too_large`, or what ended the body. See [`explain`].
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.gone.is_cancelled() {
            return Err(io::Error::other(broken()));
        }
        let length = self.inner.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(too_large(self.limit))),
        }
        Ok(length)
    }
}

/// The error of a body with more than `limit` bytes.
pub fn too_large(limit: u64) -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, format!("An import may have {limit} bytes at most."))
}

fn broken() -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole. Nothing was stored.")
}

/// The `ApiError` that ended the body, or a `bad_request` for an error of the decompression.
pub fn explain(error: io::Error) -> ApiError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ApiError>()) {
        Some(error) => error.clone(),
        None => broken().caused_by(error),
    }
}
