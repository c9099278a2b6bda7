//! The body of one request as it arrives on the connection. Its progress is counted in the bytes that the client sends, whatever they are unpacked to.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::{ApiError, ErrorCode};

/// Bytes per second that a body needs on average once its time at the start is used up.
const MIN_BYTES_PER_SEC: f64 = 4_000.0;
/// The longest pause of a body where no other is set.
const DEFAULT_PAUSE: Duration = Duration::from_secs(30);

/// The state of a body, shared by its reader, the deadline of the request, and the answer.
pub struct Wire {
    payload: RefCell<Payload>,
    /// For how long the reader may wait for the client in all, besides the time that the received bytes earn.
    allowance: Cell<Duration>,
    /// The longest pause, whatever the rate was before.
    max_pause: Cell<Duration>,
    bytes: Cell<usize>,
    /// How long the reader has waited, without the current wait.
    waited: Cell<Duration>,
    waiting_since: Cell<Option<Instant>>,
    ended: Cell<bool>,
}

impl Wire {
    pub fn new(payload: Payload) -> Rc<Self> {
        Rc::new(Self {
            payload: RefCell::new(payload),
            allowance: Cell::new(DEFAULT_PAUSE),
            max_pause: Cell::new(DEFAULT_PAUSE),
            bytes: Cell::new(0),
            waited: Cell::default(),
            waiting_since: Cell::default(),
            ended: Cell::new(false),
        })
    }

    /// Sets for how long the reader may wait in all, besides the time that the received bytes earn, and how long it may wait at once.
    pub fn set_limits(&self, allowance: Duration, max_pause: Duration) {
        self.allowance.set(allowance);
        self.max_pause.set(max_pause);
    }

    /// How long the reader has waited for the client.
    pub fn waited(&self) -> Duration {
        self.waited.get() + self.waiting_since.get().map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Whether the reader has seen the end of the body.
    pub fn has_ended(&self) -> bool {
        self.ended.get()
    }

    fn end_wait(&self) {
        self.waited.set(self.waited());
        self.waiting_since.set(None);
    }

    /// When the wait that began at `since` is too long.
    fn limit_of_wait(&self, since: Instant) -> Instant {
        let earned = Duration::from_secs_f64(self.bytes.get() as f64 / MIN_BYTES_PER_SEC);
        since + (self.allowance.get() + earned).saturating_sub(self.waited.get()).min(self.max_pause.get())
    }
}

/// The reader's end of a [`Wire`].
pub struct WireBody {
    wire: Rc<Wire>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl WireBody {
    pub fn new(wire: Rc<Wire>) -> Self {
        Self { wire, timer: None }
    }
}

impl Stream for WireBody {
    /// [`explain`] has the error.
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { wire, timer } = self.get_mut();
        if let Poll::Ready(item) = Pin::new(&mut *wire.payload.borrow_mut()).poll_next(context) {
            wire.end_wait();
            match &item {
                Some(Ok(chunk)) => wire.bytes.set(wire.bytes.get().saturating_add(chunk.len())),
                Some(Err(_)) => {}
                None => wire.ended.set(true),
            }
            return Poll::Ready(item);
        }
        let since = wire.waiting_since.get().unwrap_or_else(Instant::now);
        wire.waiting_since.set(Some(since));
        let limit = wire.limit_of_wait(since);
        let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(limit)));
        if timer.deadline() != limit {
            timer.as_mut().reset(limit);
        }
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Some(Err(PayloadError::Io(io::Error::other(too_slow())))))
    }
}

impl Drop for WireBody {
    /// The waiting for the client ends with the body.
    fn drop(&mut self) {
        self.wire.end_wait();
    }
}

fn too_slow() -> ApiError {
    ApiError::new(
        ErrorCode::Timeout,
        "The body arrived too slowly, or stood still. Nothing was stored; send the same request again.",
    )
}

/// The error of a body that did not arrive: `timeout` if it was too slow, otherwise `bad_request`.
pub fn explain(error: PayloadError) -> ApiError {
    if let PayloadError::Io(error) = &error
        && let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<ApiError>())
    {
        return error.clone();
    }
    ApiError::new(ErrorCode::BadRequest, "The body did not arrive whole.").caused_by(error)
}
