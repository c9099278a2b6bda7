//! A running server, and its stop in the reverse order of its start.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};

use super::BootError;
use super::signals::StopSignals;
use crate::db::Database;
use crate::ops::health::HealthProbe;
use crate::server::ServerHandle;
use crate::state::Background;
use crate::sync::Events;

/// What `startup::start` has started.
pub struct RunningServer {
    pub(super) handle: ServerHandle,
    pub(super) http: JoinHandle<std::io::Result<()>>,
    /// The health listener's server.
    pub(super) health: Option<ServerHandle>,
    /// Says that the server is ready.
    pub(super) probe: Arc<HealthProbe>,
    /// How long the server goes on to serve after a signal.
    pub(super) drain: Duration,
    pub(super) background: Background,
    /// Ends when the database was restored from a backup since the start.
    pub(super) restored: JoinHandle<()>,
    pub(super) events: Events,
    pub(super) db: Database,
}

impl RunningServer {
    /// Runs until a signal, then stops.
    ///
    /// # Errors
    /// If HTTP ends by itself, or the database was restored from a backup.
    pub async fn run_until(mut self, signals: &mut StopSignals) -> Result<(), BootError> {
        tokio::select! {
            ended = &mut self.http => http_result(ended),
            _ = &mut self.restored => {
                self.stop().await?;
                Err(BootError::Other("The database was restored from a backup while this server ran: start it again".into()))
            }
            () = signals.next() => {
                self.drain(signals).await;
                self.stop().await
            }
        }
    }

    /// Says that the server is not ready, and goes on to serve until load balancers have noticed it. A second signal ends the wait.
    async fn drain(&self, signals: &mut StopSignals) {
        self.probe.begin_stop();
        if !self.drain.is_zero() {
            tracing::info!(seconds = self.drain.as_secs(), "stopping: not ready any more, and still serving");
            tokio::select! {
                () = tokio::time::sleep(self.drain) => {}
                () = signals.next() => {}
            }
        }
    }

    /// Takes no new connections, finishes the open requests, and stops background work and the pool.
    ///
    /// # Errors
    /// If HTTP had ended with an error.
    pub async fn stop(self) -> Result<(), BootError> {
        tracing::info!("stopping: finishing the open requests");
        // Event streams do not end by themselves.
        self.events.close();
        self.handle.stop(true).await;
        let ended = self.http.await;
        // Probes are answered as long as requests are.
        if let Some(health) = self.health {
            health.stop(false).await;
        }
        self.background.stop().await;
        self.restored.abort();
        self.db.close();
        http_result(ended)
    }
}

fn http_result(ended: Result<std::io::Result<()>, JoinError>) -> Result<(), BootError> {
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(BootError::Other(format!("HTTP ended: {error}"))),
        Err(panic) => Err(BootError::Other(format!("HTTP ended: {panic}"))),
    }
}
