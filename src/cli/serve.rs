//! `landfall serve`.

use std::pin::pin;
use std::sync::Arc;

use super::output;
use crate::boot::signals::StopSignals;
use crate::boot::{BootError, EmbeddedServices, secret, startup};
use crate::config::{Config, LogFormat};
use crate::ops::faults::Reports;
use crate::ops::traces::Traces;

/// Serves until SIGINT, SIGTERM or SIGHUP. Then finishes the open requests and stops what it started.
///
/// # Errors
/// What the command prints as its failure.
pub async fn serve(mut config: Config) -> Result<(), BootError> {
    config.auth.secret = Some(secret::of(&config)?);
    let config = Arc::new(config);
    let mut signals = StopSignals::listen()?;
    let reports = Reports::start(config.observe.sentry_dsn.as_ref(), config.environment)?;
    let traces = Traces::start(config.observe.traces.as_ref(), config.environment)?;
    let mut embedded = EmbeddedServices::default();
    let (started, is_signalled) = {
        let mut starting = pin!(startup::start(&config, &mut embedded));
        tokio::select! {
            started = &mut starting => (started, false),
            // A cancelled start would leave a running database, so the start is completed first.
            () = signals.next() => {
                tracing::info!("stopping as soon as the start is done");
                (starting.await, true)
            }
        }
    };
    let result = match started {
        Ok(running) if is_signalled => running.stop().await,
        Ok(running) => {
            print_addresses(&config, &embedded);
            running.run_until(&mut signals).await
        }
        Err(error) => Err(error),
    };
    embedded.stop().await;
    traces.stop().await;
    reports.stop().await;
    result
}

/// Prints where demo, documentation, database and storage are.
fn print_addresses(config: &Config, embedded: &EmbeddedServices) {
    let url = &config.server.public_url;
    tracing::info!(environment = ?config.environment, "Landfall is ready");
    if config.server.log_format == LogFormat::Json {
        return;
    }
    let database = embedded.describe_database(config).unwrap_or_else(|| "PostgreSQL at DATABASE_URL".to_owned());
    let storage = embedded.describe_storage(config).unwrap_or_else(|| "S3 as configured".to_owned());
    output::print(&format!(
        "\n  Landfall is ready.\n\n    demo      {url}/\n    API docs  {url}/docs/\n    database  {database}\n    storage   {storage}\n\n  Stop it with Ctrl-C.\n\n"
    ));
}
