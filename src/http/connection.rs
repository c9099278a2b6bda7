//! One connection of a client. An answer whose client does not read is given up: actix waits for ever, and the answer, its buffers and its database connection
//! would stay in use. This is the one place for all answers, whether they are in memory or streams.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::ClientAddress;
use crate::limits::shares::Held;

/// Bytes per second that a client must read on average while an answer waits for it. Bodies of requests have the same rate (`deadline.rs`).
const MIN_BYTES_PER_SEC: f64 = 4_000.0;
/// The system buffers at most this much of an answer that is not sent yet. Without it, megabytes are buffered, and a slow client seems to stand still while they
/// are sent.
const UNSENT_BYTES: u32 = 128 * 1024;

/// A connection and its place in the share of its client.
pub struct Connection {
    io: TcpStream,
    /// Whether the client has sent a byte.
    has_begun: bool,
    stall: Stall,
    _place: Held<ClientAddress>,
}

impl Connection {
    /// `write_timeout`: how long an answer may stand still.
    pub fn new(io: TcpStream, place: Held<ClientAddress>, write_timeout: Duration) -> Self {
        #[cfg(target_os = "linux")]
        if let Err(error) = socket2::SockRef::from(&io).set_tcp_notsent_lowat(UNSENT_BYTES) {
            tracing::debug!(%error, "the system buffers answers as it likes");
        }
        Self { io, has_begun: false, stall: Stall::new(write_timeout), _place: place }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        self.has_begun |= buf.filled().len() > before;
        read
    }
}

impl AsyncWrite for Connection {
    /// A connection whose client has sent nothing is closed without an answer. Browsers and other clients open connections ahead; a 408 that meets a
    /// request on the way would be taken for its answer, while a request whose connection was closed is sent again.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.has_begun {
            return Poll::Ready(Ok(buf.len()));
        }
        match Pin::new(&mut self.io).poll_write(cx, buf) {
            Poll::Ready(Ok(bytes)) => {
                self.stall.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                ready!(self.stall.poll_too_long(cx));
                tracing::info!("a client does not read its answer; its connection is closed");
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    /// actix flushes after it has written everything that it has.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stall.over();
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// The time in which an answer waits for its client.
struct Stall {
    timeout: Duration,
    waiting: Option<Waiting>,
    /// Created at the first wait; most connections have none.
    timer: Option<Pin<Box<Sleep>>>,
}

struct Waiting {
    since: Instant,
    last_moved: Instant,
    bytes: usize,
}

impl Stall {
    fn new(timeout: Duration) -> Self {
        Self { timeout, waiting: None, timer: None }
    }

    fn moved(&mut self, bytes: usize) {
        if let Some(waiting) = &mut self.waiting {
            waiting.last_moved = Instant::now();
            waiting.bytes += bytes;
        }
    }

    fn over(&mut self) {
        self.waiting = None;
    }

    /// Ready when nothing has moved for the timeout, or less than the minimum rate since the wait began.
    fn poll_too_long(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        let waiting = self.waiting.get_or_insert(Waiting { since: now, last_moved: now, bytes: 0 });
        let earned = Duration::from_secs_f64(waiting.bytes as f64 / MIN_BYTES_PER_SEC);
        let at = (waiting.last_moved + self.timeout).min(waiting.since + 2 * self.timeout + earned);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    /// Reads `bytes` each `pause` until the answer is given up.
    async fn given_up_after(bytes: usize, pause: Duration) -> Option<Duration> {
        let (mut stall, began) = (Stall::new(TIMEOUT), Instant::now());
        for _ in 0..1_000 {
            let wait = poll_fn(|cx| stall.poll_too_long(cx));
            if tokio::time::timeout(pause, wait).await.is_ok() {
                return Some(began.elapsed());
            }
            stall.moved(bytes);
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn answer_is_given_up_when_its_bytes_stand_still_or_drip() {
        assert_eq!(given_up_after(0, Duration::from_secs(3600)).await, Some(TIMEOUT));
        assert_eq!(given_up_after(1, Duration::from_secs(20)).await.map(|time| time.as_secs()), Some(60));
        assert_eq!(given_up_after(100_000, Duration::from_secs(20)).await, None, "5 KB/s");
        assert_eq!(given_up_after(100_000, Duration::from_secs(31)).await, Some(TIMEOUT));
    }
}
