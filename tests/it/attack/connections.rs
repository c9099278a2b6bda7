//! Many sockets of one address.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::setup::Setup;

/// Open sockets, and the bytes that were sent through them.
pub struct Sockets {
    open: Vec<TcpStream>,
    sent: usize,
}

impl Sockets {
    /// Opens `count` connections. One that the server refuses is left out.
    pub async fn open(setup: &Setup, count: usize) -> Self {
        let address = setup.url.strip_prefix("http://").unwrap();
        let opened = join_all((0..count).map(|_| TcpStream::connect(address))).await;
        Self { open: opened.into_iter().flatten().collect(), sent: 0 }
    }

    /// Sends bytes through each. A connection that the server has ended, or does not read, takes no more.
    pub async fn send(&mut self, bytes: &[u8]) {
        let sends = self.open.iter_mut().map(|socket| async {
            let written = tokio::time::timeout(Duration::from_secs(3), socket.write_all(bytes)).await;
            if matches!(written, Ok(Ok(()))) { bytes.len() } else { 0 }
        });
        self.sent += join_all(sends).await.into_iter().sum::<usize>();
    }

    /// Holds them open for this long, so that the bystander works beside them. The bytes that were sent.
    pub async fn hold(self, lasts: Duration) -> usize {
        tokio::time::sleep(lasts).await;
        self.sent
    }
}

/// The head of a request. `extra` are lines with CRLF.
pub fn head(setup: &Setup, method: &str, path: &str, token: Option<&str>, extra: &str) -> String {
    let host = setup.url.strip_prefix("http://").unwrap();
    let bearer = token.map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{bearer}{extra}\r\n")
}

pub async fn idle_connections_of_one_stranger(setup: &Setup) -> usize {
    Sockets::open(setup, 1_000).await.hold(Duration::from_secs(3)).await
}

pub async fn slow_heads(setup: &Setup) -> usize {
    let mut sockets = Sockets::open(setup, 1_000).await;
    sockets.send(b"POST /api/sync HTTP/1.1\r\nhost: landfall\r\nx-slow").await;
    sockets.hold(Duration::from_secs(3)).await
}
