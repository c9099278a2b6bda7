//! The signals that stop the program.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::BootError;

/// SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal was closed).
pub struct StopSignals([Signal; 3]);

impl StopSignals {
    /// Signals that arrive from now on are kept until [`Self::next`] returns them.
    ///
    /// # Errors
    /// If the system refuses a handler.
    pub fn listen() -> Result<Self, BootError> {
        let listen =
            |kind| signal(kind).map_err(|error| BootError::Other(format!("Signals can't be received: {error}")));
        Ok(Self([listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?, listen(SignalKind::hangup())?]))
    }

    /// Returns at the next signal.
    pub async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
