//! Logs, as text for a terminal (pretty) or as JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::ChronoUtc;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::connection_errors::ConnectionErrors;
use crate::config::{ConfigError, LogFormat, ServerConfig};

/// Sets up logging. Called once per process, before anything is logged.
///
/// # Errors
/// If `LANDFALL_LOG` is no valid filter, or logging is set up already.
pub fn init(server: &ServerConfig) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&server.log_filter)
        .map_err(|error| ConfigError(format!("LANDFALL_LOG is \"{}\": {error}.", server.log_filter)))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_timer(ChronoUtc::new("%H:%M:%S%.3f".to_owned()));
    let errors = ConnectionErrors::default();
    let installed = match server.log_format {
        LogFormat::Pretty => logs.with_target(false).compact().finish().with(errors).try_init(),
        LogFormat::Json => {
            logs.with_timer(ChronoUtc::rfc_3339()).json().flatten_event(true).finish().with(errors).try_init()
        }
    };
    installed.map_err(|error| ConfigError(format!("Logging can't be set up: {error}.")))
}
