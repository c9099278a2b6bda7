//! Log lines about connections that clients break: actix logs each malformed request as an error of the server. A client can send thousands of them, so
//! they become one warning a minute.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

const INTERVAL: Duration = Duration::from_secs(60);

/// Counts these lines and drops them.
#[derive(Default)]
pub struct ConnectionErrors(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    since_last_line: u64,
    last_line: Option<Instant>,
}

impl<S: Subscriber> Layer<S> for ConnectionErrors {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let Some(reason) = connection_error(event) else { return true };
        let due = self.0.lock().is_ok_and(|mut counted| {
            counted.since_last_line += 1;
            counted.last_line.is_none_or(|last| last.elapsed() >= INTERVAL)
        });
        if due && let Ok(mut counted) = self.0.lock() {
            let connections = std::mem::take(&mut counted.since_last_line);
            counted.last_line = Some(Instant::now());
            drop(counted);
            tracing::warn!(connections, reason, "clients broke connections, for example by malformed requests");
        }
        false
    }
}

/// The reason, if the event is actix's line about a broken connection.
fn connection_error(event: &Event<'_>) -> Option<String> {
    let metadata = event.metadata();
    if *metadata.level() != Level::ERROR || !metadata.target().starts_with("actix_http::h1::dispatcher") {
        return None;
    }
    let mut message = Message::default();
    event.record(&mut message);
    message.0.strip_prefix("stream error: ").map(str::to_owned)
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex, PoisonError};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::ConnectionErrors;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_about_broken_connections_are_dropped_and_others_stay() {
        let lines = Lines::default();
        let writer = lines.clone();
        let logs = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(logs.with(ConnectionErrors::default()), || {
            for _ in 0..100 {
                tracing::error!(target: "actix_http::h1::dispatcher", "stream error: {}", "invalid Header provided");
            }
            tracing::error!(target: "actix_http::h1::dispatcher", "Response payload stream error: kept");
            tracing::error!("stream error: kept too");
        });
        let written = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let written = String::from_utf8_lossy(&written).into_owned();
        assert!(!written.contains("invalid Header"), "{written}");
        assert_eq!(written.matches("kept").count(), 2, "{written}");
    }
}
