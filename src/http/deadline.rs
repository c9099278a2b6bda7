//! The time limit of a request. It is for the server's work: time for which the server waits for the bytes of the body is not counted. The body has limits
//! of its own (`http/body/wire.rs`).

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::body::Wire;

/// When the answer of one request is too late.
pub struct Deadline {
    at: Instant,
    wire: Option<Rc<Wire>>,
}

impl Deadline {
    /// `wire`: the body of the request, if it has one.
    pub fn new(limit: Duration, wire: Option<Rc<Wire>>) -> Self {
        Self { at: Instant::now() + limit, wire }
    }

    /// Returns when the deadline has passed. It moves while the body is waited for.
    pub async fn passed(&self) {
        loop {
            let at = self.at + self.wire.as_ref().map_or(Duration::ZERO, |wire| wire.waited());
            if Instant::now() >= at {
                return;
            }
            sleep_until(at).await;
        }
    }
}
