//! Opens one connection, with TLS where the URL requires it. Hosted databases require TLS, and diesel-async alone has none.

use std::sync::Arc;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connects to `url`. `sslmode=disable` and unix sockets are unencrypted. `prefer` (the default) and `require` use TLS with the system's root
/// certificates.
///
/// # Errors
/// `BadConnection` with the whole chain of causes.
pub async fn connect(url: &SecretString) -> ConnectionResult<AsyncPgConnection> {
    let mut config: tokio_postgres::Config =
        url.expose_secret().parse().map_err(|error: tokio_postgres::Error| bad_connection(&error))?;
    if config.get_application_name().is_none() {
        config.application_name("landfall");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(std::time::Duration::from_secs(5));
    }
    if config.get_ssl_mode() == SslMode::Disable || only_sockets(&config) {
        let (client, connection) = config.connect(NoTls).await.map_err(|error| bad_connection(&error))?;
        return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    }
    let tls = MakeRustlsConnect::new(tls_config()?);
    let (client, connection) = config.connect(tls).await.map_err(|error| bad_connection(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

fn only_sockets(config: &tokio_postgres::Config) -> bool {
    config.get_hosts().iter().all(|host| matches!(host, tokio_postgres::config::Host::Unix(_)))
}

fn tls_config() -> ConnectionResult<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    // Missing root certificates are no error: the server may not offer TLS.
    for certificate in rustls_native_certs::load_native_certs().certs {
        let _ = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Joins the chain of causes. The outermost error, "error connecting to server", does not name the cause.
fn bad_connection(error: &tokio_postgres::Error) -> ConnectionError {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    ConnectionError::BadConnection(text)
}
