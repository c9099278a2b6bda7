//! The time limit of a request. Work may take as long as the limit. A body may take longer, as long as it arrives at a minimum rate: a slow connection is
//! served, and one that sends almost nothing is closed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::{HttpMessage as _, HttpRequest};
use tokio::time::{Instant, sleep_until};

/// Bytes per second that a body needs on average after the limit.
const MIN_BYTES_PER_SEC: f64 = 4_000.0;
/// The longest pause of a body, whatever its rate was before.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// When the answer of one request is too late. Stored in the request's extensions.
pub struct Deadline {
    limit: Duration,
    at: Cell<Instant>,
}

impl Deadline {
    pub fn new(limit: Duration) -> Rc<Self> {
        Rc::new(Self { limit, at: Cell::new(Instant::now() + limit) })
    }

    /// Returns when the deadline has passed. It may move while this waits.
    pub async fn passed(&self) {
        while Instant::now() < self.at.get() {
            sleep_until(self.at.get()).await;
        }
    }
}

/// The progress of a body. It moves the deadline of its request.
pub struct BodyProgress {
    deadline: Option<Rc<Deadline>>,
    started: Instant,
    bytes: usize,
}

impl BodyProgress {
    pub fn of(request: &HttpRequest) -> Self {
        Self { deadline: request.extensions().get::<Rc<Deadline>>().cloned(), started: Instant::now(), bytes: 0 }
    }

    /// Counts bytes that have arrived.
    pub fn received(&mut self, bytes: usize) {
        self.bytes += bytes;
        let Some(deadline) = &self.deadline else { return };
        let earned = Duration::from_secs_f64(self.bytes as f64 / MIN_BYTES_PER_SEC);
        deadline.at.set((self.started + deadline.limit + earned).min(Instant::now() + MAX_PAUSE));
    }

    /// The body is complete: the whole limit is left for the work.
    pub fn done(self) {
        if let Some(deadline) = self.deadline {
            deadline.at.set(Instant::now() + deadline.limit);
        }
    }
}
