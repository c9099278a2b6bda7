//! Which connections are taken. One client has a share of the process's connections, so that no client keeps all others out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::Protocol;
use actix_http::error::DispatchError;
use actix_web::body::MessageBody as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::client_ip::{is_trusted, peer_address};
use super::connection::Connection;
use super::problem::{RequestContext, render};
use super::route_info::Area;
use crate::config::ProxiesConfig;
use crate::error::{ApiError, ErrorCode};
use crate::limits::ClientAddress;
use crate::limits::shares::Shares;

/// Connections that are told at the same time why they are refused. Further ones are closed without an answer.
const REFUSALS: usize = 64;
/// How long telling it may take.
const REFUSAL_TIME: Duration = Duration::from_secs(1);

/// Admits connections. Clones share the counts.
#[derive(Clone)]
pub struct Gate {
    connections: Shares<ClientAddress>,
    proxies: ProxiesConfig,
    write_timeout: Duration,
    refusals: Arc<Semaphore>,
}

impl Gate {
    /// `write_timeout`: how long an answer may stand still.
    pub fn new(connections: Shares<ClientAddress>, proxies: ProxiesConfig, write_timeout: Duration) -> Self {
        Self { connections, proxies, write_timeout, refusals: Arc::new(Semaphore::new(REFUSALS)) }
    }

    /// Takes a connection into its client's share. A trusted proxy has no share: its clients' requests are counted instead (`middleware/share.rs`).
    ///
    /// # Errors
    /// The share is used up. The connection is closed.
    pub async fn admit(&self, io: TcpStream) -> Result<(Connection, Protocol, Option<SocketAddr>), DispatchError> {
        let peer = io.peer_addr().ok();
        let client = peer_address(peer);
        let holder = (!is_trusted(&client, &self.proxies)).then(|| client.network());
        match self.connections.take(holder) {
            Ok(place) => Ok((Connection::new(io, place, self.write_timeout), Protocol::Http1, peer)),
            Err(_) => {
                tracing::debug!(%client, "a connection beyond the share of its client is refused");
                if let Ok(_permit) = self.refusals.try_acquire() {
                    // A client that does not send a request gets no answer.
                    let _ = tokio::time::timeout(REFUSAL_TIME, refuse(io)).await;
                }
                Err(DispatchError::DisconnectTimeout)
            }
        }
    }
}

/// The answer to a client whose share of connections, requests or streams is used up.
pub fn share_used_up(detail: &str, reason: &'static str) -> ApiError {
    let error = ApiError::new(ErrorCode::RateLimited, detail).with_reason(reason);
    ApiError { retry_after_secs: Some(30), ..error }
}

/// Answers the first request with 429, and reads until the client closes: closing with unread bytes would take the answer back.
async fn refuse(mut io: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 4096];
    if io.read(&mut request).await? == 0 {
        return Ok(());
    }
    io.write_all(&refusal()).await?;
    io.shutdown().await?;
    while io.read(&mut request).await? > 0 {}
    Ok(())
}

fn refusal() -> Vec<u8> {
    let error = share_used_up("Close some of your connections, or wait until they are closed.", "connections");
    let context =
        RequestContext { instance: String::new(), request_id: Uuid::now_v7().to_string(), area: Area::default() };
    let response = render(&error, &context);
    let mut text = format!("HTTP/1.1 {}\r\nconnection: close\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        text.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let body = response.into_body().try_into_bytes().unwrap_or_default();
    text.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    text.extend_from_slice(&body);
    text
}
