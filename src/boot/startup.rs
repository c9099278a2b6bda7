//! Starts a server: port, database, schema, storage, state, background work, HTTP.

use std::net::TcpListener;
use std::sync::Arc;

use super::shutdown::RunningServer;
use super::{BootError, EmbeddedServices, database, storage};
use crate::config::{Config, Environment};
use crate::db::role;
use crate::server;
use crate::state::AppState;
use crate::sync::restore::Presence;

/// Starts everything in order. What is embedded is in `embedded`, and stays there if a later part fails.
///
/// # Errors
/// If the port is taken, or a part can't be started.
pub async fn start(config: &Arc<Config>, embedded: &mut EmbeddedServices) -> Result<RunningServer, BootError> {
    // The port first: a port that is taken is found before a database is started.
    let server_config = &config.server;
    let listener = bind(&server_config.host, server_config.port)?;
    let health_listener = server_config.health_port.map(|port| bind(&server_config.host, port)).transpose()?;
    let db = database::open(config, embedded).await?;
    database::allow_for_pooler(config, &db).await?;
    database::prepare_schema(config, &db).await?;
    database::refuse_half_a_cluster(config, &db).await?;
    #[cfg(feature = "faults")]
    crate::faults::in_database(&db).await.map_err(BootError::Other)?;
    if config.environment == Environment::Production
        && role::can_change_schema(&db).await.map_err(BootError::Database)?
    {
        tracing::warn!(
            "the server is connected as a role that can change tables: use landfall_app (docs/PROTECTION.md)"
        );
    }
    let db = database::as_server_role(config, embedded, db).await?;
    let presence = Presence::begin(&db).await.map_err(BootError::Database)?;
    let storage = storage::open(config, embedded).await?;
    let state = Arc::new(AppState::new(config.clone(), db.clone(), storage, crate::kinds::registry()).await?);
    let (background, events) = (state.background(), state.events.clone());
    let restored = tokio::spawn(presence.until_restored());
    let failed = |error| BootError::Other(format!("HTTP can't be served: {error}"));
    let health = health_listener.map(|listener| server::serve_health(&state, listener)).transpose().map_err(failed)?;
    let health = health.map(|server| {
        let handle = server.handle();
        tokio::spawn(server);
        handle
    });
    let http = server::serve(&state, listener).map_err(failed)?;
    Ok(RunningServer {
        handle: http.handle(),
        http: tokio::spawn(http),
        health,
        probe: state.health.clone(),
        drain: server_config.drain,
        background,
        restored,
        events,
        db,
    })
}

fn bind(host: &str, port: u16) -> Result<TcpListener, BootError> {
    TcpListener::bind((host, port)).map_err(|error| BootError::Port { host: host.to_owned(), port, error })
}
