//! A stream of text to a client. Text is collected into chunks. The writer waits for a slow client, and ends when the client is gone. A client that does not
//! read is given up by its connection.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use crate::error::{ApiError, ErrorCode};

/// The approximate size of a chunk.
const CHUNK_BYTES: usize = 32 * 1024;
/// The number of chunks that wait for the client. They and the chunk that is filled bound the memory, except for a larger row.
const WAITING_CHUNKS: usize = 4;

enum Part {
    Chunk(Bytes),
    /// The document is complete. Without it the answer ends with an error, so that a client can't mistake a part for the document.
    End,
}

/// The client is gone.
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

/// Learns that the client is gone while the writer waits for something else.
pub struct Watch(mpsc::WeakSender<Part>);

impl Watch {
    /// Returns when the client is gone, or the writer has ended.
    pub async fn gone(&self) {
        // While this waits, it counts as a writer. The writer ends this wait when it ends.
        if let Some(parts) = self.0.upgrade() {
            parts.closed().await;
        }
    }
}

impl Sink {
    pub fn watch(&self) -> Watch {
        Watch(self.parts.downgrade())
    }

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
        self.parts.send(part).await.map_err(|_| Gone)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn writer_ends_when_the_client_is_gone() {
        let (mut sink, chunks) = channel();
        let watch = sink.watch();
        let text = "x".repeat(CHUNK_BYTES);
        for _ in 0..WAITING_CHUNKS {
            assert!(sink.write(&text).await.is_ok());
        }
        drop(chunks);
        watch.gone().await;
        assert!(sink.write(&text).await.is_err());
    }

    #[tokio::test]
    async fn document_that_ends_early_ends_with_an_error() {
        let (mut sink, chunks) = channel();
        assert!(sink.write(&"x".repeat(CHUNK_BYTES)).await.is_ok());
        drop(sink);
        let read: Vec<_> = chunks.collect().await;
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
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
