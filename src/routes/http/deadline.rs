//! How long a request may take: its work no longer than the limit, its body as long as it comes. A slow line is no fault; a client that sends
//! next to nothing holds a connection for no good.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::{HttpMessage as _, HttpRequest};
use tokio::time::{Instant, sleep_until};

/// Bytes per second that a body must have on the whole, once the limit is over.
const LEAST_RATE: f64 = 4_000.0;
/// How long a body may stand still, whatever came before.
const STANDSTILL: Duration = Duration::from_secs(30);

/// Of one request; in its extensions.
pub struct Deadline {
    limit: Duration,
    at: Cell<Instant>,
}

impl Deadline {
    pub fn new(limit: Duration) -> Rc<Self> {
        Rc::new(Self { limit, at: Cell::new(Instant::now() + limit) })
    }

    /// Comes back when the time is over.
    pub async fn passed(&self) {
        while Instant::now() < self.at.get() {
            sleep_until(self.at.get()).await;
        }
    }
}

/// A body on its way: it moves the deadline of its request.
pub struct Arrival {
    deadline: Option<Rc<Deadline>>,
    began: Instant,
    bytes: usize,
}

impl Arrival {
    pub fn of(request: &HttpRequest) -> Self {
        Self { deadline: request.extensions().get::<Rc<Deadline>>().cloned(), began: Instant::now(), bytes: 0 }
    }

    pub fn progress(&mut self, bytes: usize) {
        self.bytes += bytes;
        let Some(deadline) = &self.deadline else { return };
        let earned = Duration::from_secs_f64(self.bytes as f64 / LEAST_RATE);
        deadline.at.set((self.began + deadline.limit + earned).min(Instant::now() + STANDSTILL));
    }

    /// The body is there: now the work has its time.
    pub fn done(self) {
        if let Some(deadline) = self.deadline {
            deadline.at.set(Instant::now() + deadline.limit);
        }
    }
}
