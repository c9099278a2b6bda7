//! Opens connections: encrypted, in the clear, or first the one and then the other (docs/adr/0043).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::CacheSize;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DbError;
use super::settings::{self, TlsMode, chain, only_sockets};
use super::sql_spans::SqlSpans;
use super::tls;
use crate::trace;

/// Opens connections to one address.
#[derive(Clone)]
pub struct Connector {
    /// The connection string as it was given.
    url: SecretString,
    config: Config,
    mode: TlsMode,
    tls: MakeRustlsConnect,
    /// A pooler may give every transaction another connection, so statements have no names.
    unnamed_statements: Arc<AtomicBool>,
}

impl Connector {
    /// Reads the connection string and the certificates that it names.
    ///
    /// # Errors
    /// [`DbError::Settings`] with the parameter that can't be used.
    pub fn new(url: &SecretString) -> Result<Self, DbError> {
        let unusable = |why: String| DbError::Settings(format!("the address of the database can't be used: {why}"));
        let settings = settings::read(url.expose_secret()).map_err(unusable)?;
        let mode = if only_sockets(&settings.config) { TlsMode::Disable } else { settings.tls.mode };
        let tls = tls::connector(&settings.tls).map_err(unusable)?;
        Ok(Self { url: url.clone(), config: settings.config, mode, tls, unnamed_statements: Arc::default() })
    }

    /// The connection string.
    pub(super) fn url(&self) -> &SecretString {
        &self.url
    }

    /// From now on connections use no named statements.
    pub fn use_unnamed_statements(&self) {
        self.unnamed_statements.store(true, Ordering::Relaxed);
    }

    /// The same address, without named statements.
    pub fn with_unnamed_statements(&self) -> Self {
        Self { unnamed_statements: Arc::new(AtomicBool::new(true)), ..self.clone() }
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// `BadConnection` with the whole chain of causes.
    pub async fn open(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut conn = self.open_encrypted_or_not().await?;
        if trace::is_on() {
            conn.set_instrumentation(SqlSpans::default());
        }
        if self.unnamed_statements.load(Ordering::Relaxed) {
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(conn)
    }

    /// Asks PostgreSQL to cancel what runs on the connection of `token`, by a connection of the same kind. Returns when the request was received.
    ///
    /// # Errors
    /// The chain of causes as text.
    pub async fn cancel(&self, token: tokio_postgres::CancelToken) -> Result<(), String> {
        // The token knows whether its connection is encrypted.
        token.cancel_query(self.tls.clone()).await.map_err(|error| chain(&error))
    }

    async fn open_encrypted_or_not(&self) -> ConnectionResult<AsyncPgConnection> {
        let (first, second) = match self.mode {
            TlsMode::Disable => return self.attempt(SslMode::Disable).await.map_err(|error| bad(&[&error])),
            TlsMode::Allow => (SslMode::Disable, SslMode::Require),
            // tokio-postgres continues in the clear where the server has no TLS, on the same connection.
            TlsMode::Prefer => (SslMode::Prefer, SslMode::Disable),
            _ => return self.attempt(SslMode::Require).await.map_err(|error| bad(&[&error])),
        };
        let refused = match self.attempt(first).await {
            Err(error) if error.wants_the_other_way() => error,
            result => return result.map_err(|error| bad(&[&error])),
        };
        self.attempt(second).await.map_err(|error| bad(&[&refused, &error]))
    }

    async fn attempt(&self, mode: SslMode) -> Result<AsyncPgConnection, Failed> {
        let mut config = self.config.clone();
        config.ssl_mode(mode);
        if mode == SslMode::Disable {
            let (client, connection) = config.connect(NoTls).await?;
            return Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?);
        }
        let (client, connection) = config.connect(self.tls.clone()).await?;
        Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?)
    }
}

/// Opens one connection to `url`.
///
/// # Errors
/// As [`Connector::new`] and [`Connector::open`].
pub async fn connect(url: &SecretString) -> ConnectionResult<AsyncPgConnection> {
    let connector = Connector::new(url).map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
    connector.open().await
}

/// Why an attempt gave no connection.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Connect(#[from] tokio_postgres::Error),
    #[error(transparent)]
    Setup(#[from] ConnectionError),
}

impl Failed {
    /// True where the server refused this kind of connection (`pg_hba.conf`), or TLS failed. A server that does not answer is not asked again.
    fn wants_the_other_way(&self) -> bool {
        let Self::Connect(error) = self else { return false };
        if let Some(code) = error.code() {
            return code.code() == "28000";
        }
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
            if inner.is_some_and(|inner| inner.is::<rustls::Error>()) || cause.is::<rustls::Error>() {
                return true;
            }
            source = cause.source();
        }
        false
    }
}

fn bad(errors: &[&Failed]) -> ConnectionError {
    let texts: Vec<String> = errors.iter().map(|error| chain(*error)).collect();
    ConnectionError::BadConnection(texts.join("; "))
}
