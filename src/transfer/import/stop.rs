//! When an import ends before it writes: its client has gone, or it takes too long.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::{ApiError, ErrorCode};

/// The end of an import that has not written yet.
#[derive(Debug, Clone)]
pub struct Stop {
    gone: CancellationToken,
    limit: Duration,
    at: Instant,
}

impl Stop {
    /// `gone` is cancelled when the client has gone. The time begins now.
    pub fn new(gone: CancellationToken, limit: Duration) -> Self {
        Self { gone, limit, at: Instant::now() + limit }
    }

    /// The same with the whole time from now on.
    pub fn again(&self) -> Self {
        Self::new(self.gone.clone(), self.limit)
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Cancelled when the client has gone.
    pub fn token(&self) -> CancellationToken {
        self.gone.clone()
    }

    /// Returns when the client has gone.
    pub async fn gone(&self) {
        self.gone.cancelled().await;
    }

    /// # Errors
    /// `timeout` if the client has gone or the time is over.
    pub fn check(&self) -> Result<(), ApiError> {
        if self.gone.is_cancelled() {
            return Err(client_gone());
        }
        match self.left().is_zero() {
            true => Err(self.too_long()),
            false => Ok(()),
        }
    }

    fn too_long(&self) -> ApiError {
        let detail = format!("The import took more than {} seconds. Nothing was stored.", self.limit.as_secs());
        ApiError::new(ErrorCode::Timeout, detail)
    }
}

/// The error of an import whose client has gone. No client receives it.
pub fn client_gone() -> ApiError {
    ApiError::new(ErrorCode::Timeout, "The client has gone. Nothing was stored.")
}
