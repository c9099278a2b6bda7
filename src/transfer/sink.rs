//! A stream of text to a client. Text is collected into chunks. The writer waits for a slow client, and fails when the client reads nothing for
//! 30 s.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use crate::error::{ApiError, ErrorCode};

/// The time without a read after which the client counts as gone.
const STALL: Duration = Duration::from_secs(30);
/// The approximate size of a chunk.
const CHUNK_BYTES: usize = 32 * 1024;
/// The number of chunks that wait for the client. They and the chunk that is filled bound the memory, except for a larger row.
const WAITING_CHUNKS: usize = 4;

enum Part {
    Chunk(Bytes),
    /// The document is complete. Without it the answer ends with an error, so that a client can't mistake a part for the document.
    End,
}

/// The client has stopped reading.
#[derive(Debug)]
pub struct Gone;

/// The writer's end.
pub struct Sink {
    parts: mpsc::Sender<Part>,
    filling: BytesMut,
}

/// The writer's end, and the stream that the client reads.
pub fn channel() -> (Sink, impl Stream<Item = Result<Bytes, ApiError>> + Send + 'static) {
    let (parts, reader) = mpsc::channel(WAITING_CHUNKS);
    let chunks = stream::unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        match reader.recv().await {
            Some(Part::Chunk(chunk)) => Some((Ok(chunk), Some(reader))),
            Some(Part::End) => None,
            None => Some((Err(ApiError::new(ErrorCode::Timeout, "The export broke off.")), None)),
        }
    });
    (Sink { parts, filling: BytesMut::with_capacity(CHUNK_BYTES) }, chunks)
}

impl Sink {
    /// Adds text. Waits while the client is slow.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn write(&mut self, text: &str) -> Result<(), Gone> {
        self.filling.extend_from_slice(text.as_bytes());
        match self.filling.len() < CHUNK_BYTES {
            true => Ok(()),
            false => self.flush().await,
        }
    }

    /// Sends the rest and completes the document.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn end(mut self) -> Result<(), Gone> {
        self.flush().await?;
        self.send(Part::End).await
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        let chunk = self.filling.split().freeze();
        self.filling.reserve(CHUNK_BYTES);
        self.send(Part::Chunk(chunk)).await
    }

    async fn send(&self, part: Part) -> Result<(), Gone> {
        match tokio::time::timeout(STALL, self.parts.send(part)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn stalled_reader_fails_the_writer_and_ends_the_document_with_an_error() {
        let (mut sink, chunks) = channel();
        let text = "x".repeat(CHUNK_BYTES);
        for _ in 0..WAITING_CHUNKS {
            assert!(sink.write(&text).await.is_ok());
        }
        let started = tokio::time::Instant::now();
        assert!(sink.write(&text).await.is_err());
        assert_eq!(started.elapsed(), STALL);
        drop(sink);
        let read: Vec<_> = chunks.collect().await;
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, true, true, false]);
    }

    #[tokio::test]
    async fn whole_document_ends_without_an_error() {
        let (mut sink, chunks) = channel();
        assert!(sink.write("{}").await.is_ok());
        assert!(sink.end().await.is_ok());
        let read: Vec<_> = chunks.map(|chunk| chunk.map_err(|_| ())).collect().await;
        assert_eq!(read, [Ok(Bytes::from_static(b"{}"))]);
    }
}
