//! Text on its way to a client: gathered into chunks, held back while the client is slow, given up when it stands still.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use crate::error::{ApiError, ErrorCode};

/// A client that takes nothing for this long is gone.
const STALL: Duration = Duration::from_secs(30);
/// About what is sent at once.
const CHUNK_BYTES: usize = 32 * 1024;
/// Chunks that wait for the client: with the one that is being filled, all that is in memory but for a row that is larger.
const WAITING_CHUNKS: usize = 4;

enum Part {
    Chunk(Bytes),
    /// The document is whole. Without it the answer breaks off, so that nobody takes half a document for all of it.
    End,
}

/// The client does not read any more.
#[derive(Debug)]
pub struct Gone;

pub struct Sink {
    parts: mpsc::Sender<Part>,
    filling: BytesMut,
}

/// Where to write, and what the client reads.
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
    pub async fn write(&mut self, text: &str) -> Result<(), Gone> {
        self.filling.extend_from_slice(text.as_bytes());
        match self.filling.len() < CHUNK_BYTES {
            true => Ok(()),
            false => self.flush().await,
        }
    }

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
    async fn writer_gives_up_on_a_reader_that_stands_still_and_the_document_breaks_off() {
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
