//! An S3 server in this process with its objects in a folder. The rest of the server reaches it through aws-sdk-s3 like
//! any other.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder as ConnectionBuilder;
use hyper_util::server::graceful::GracefulShutdown;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::open_uploads::OpenUploads;
use super::{EmbeddedError, cors};
use crate::auth::SessionToken;
use crate::config::StorageConfig;

const BUCKET: &str = "landfall";
const ACCESS_KEY: &str = "landfall";
const LOOPBACK: &str = "127.0.0.1";

pub struct EmbeddedS3 {
    pub config: StorageConfig,
    port: u16,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl EmbeddedS3 {
    /// Starts the server with a new key. It takes the port of the last start if that is free, because the content policy of open pages names it, and
    /// any port otherwise. `network`: the address to listen on and the host in links, where devices of the network reach it; `None`: it listens on the
    /// loopback interface.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(folder: &Path, network: Option<(&str, &str)>) -> Result<Self, EmbeddedError> {
        let secret = SessionToken::generate()
            .map_err(|error| EmbeddedError(format!("No random numbers from the system: {error}.")))?;
        let port_file = folder.with_extension("port");
        let last = std::fs::read_to_string(&port_file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let address = network.map_or(LOOPBACK, |(address, _)| address);
        let mut started = match Self::listen(folder, (address, last), secret.expose()).await {
            Err(_) if last != 0 => Self::listen(folder, (address, 0), secret.expose()).await?,
            other => other?,
        };
        started.config.public_endpoint = network.map(|(_, host)| format!("http://{host}:{}", started.port));
        // Without the stored port the next start takes any port, which is harmless.
        if let Err(error) = std::fs::write(&port_file, started.port.to_string()) {
            tracing::debug!(%error, "the port of the embedded object storage can't be stored");
        }
        Ok(started)
    }

    /// Creates the bucket, for a storage server that is started alone.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn make_bucket(folder: &Path) -> Result<(), EmbeddedError> {
        std::fs::create_dir_all(folder.join(BUCKET)).map_err(EmbeddedError::io("The bucket can't be made"))
    }

    /// Starts the server on `port` (0: any) of the loopback interface with the key `secret`.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start_at(folder: &Path, port: u16, secret: &str) -> Result<Self, EmbeddedError> {
        Self::listen(folder, (LOOPBACK, port), secret).await
    }

    async fn listen(folder: &Path, address: (&str, u16), secret: &str) -> Result<Self, EmbeddedError> {
        std::fs::create_dir_all(folder).map_err(EmbeddedError::io("The folder for objects can't be made"))?;
        let files = FileSystem::new(folder)
            .map_err(|error| EmbeddedError(format!("The folder for objects can't be used: {error:?}.")))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, secret));
        let listener = TcpListener::bind(address)
            .await
            .map_err(EmbeddedError::io(format!("The embedded object storage can't listen on {}", address.0)))?;
        let address = listener.local_addr().map_err(EmbeddedError::io("The embedded object storage has no address"))?;
        let stop = CancellationToken::new();
        let uploads = OpenUploads::new(folder);
        uploads.remove_lost_parts();
        let task = tokio::spawn(serve(listener, builder.build(), uploads, stop.clone()));
        let config = StorageConfig {
            endpoint: Some(format!("http://{}", from_here(address))),
            public_endpoint: None,
            region: "us-east-1".to_owned(),
            bucket: BUCKET.to_owned(),
            access_key_id: ACCESS_KEY.to_owned(),
            secret_access_key: SecretString::from(secret),
            path_style: true,
        };
        Ok(Self { config, port: address.port(), stop, task })
    }

    pub async fn stop(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

/// The address under which this machine reaches a listener.
fn from_here(address: SocketAddr) -> SocketAddr {
    let loopback = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(loopback, address.port())
}

async fn serve(listener: TcpListener, service: S3Service, uploads: OpenUploads, stop: CancellationToken) {
    let http = ConnectionBuilder::new(TokioExecutor::new());
    let connections = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    let service = service.clone();
                    let uploads = uploads.clone();
                    let with_cors = service_fn(move |request| {
                        let (service, uploads) = (service.clone(), uploads.clone());
                        async move { cors::answer(service, &uploads, request).await }
                    });
                    let connection = http.serve_connection(TokioIo::new(socket), with_cors);
                    let connection = connections.watch(connection.into_owned());
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection to the embedded object storage ended");
                        }
                    });
                }
                // The likely cause is a lack of file descriptors: wait until others are closed.
                Err(error) => {
                    tracing::warn!(%error, "the embedded object storage can't accept");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            },
            () = stop.cancelled() => break,
        }
    }
    let patience = std::time::Duration::from_secs(5);
    let _ = tokio::time::timeout(patience, connections.shutdown()).await;
}
