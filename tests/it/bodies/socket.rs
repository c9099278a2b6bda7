//! Requests whose bodies are sent by hand.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{TestApp, TestUser};

/// Longer than any limit of these tests.
const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Socket {
    stream: TcpStream,
    /// What was received and not yet returned.
    received: Vec<u8>,
}

impl Socket {
    /// Sends a request's head. `headers` are lines with CRLF; JSON is the content type without one among them.
    pub async fn request(app: &TestApp, user: &TestUser, method: &str, path: &str, headers: &str) -> Self {
        let address = app.url.strip_prefix("http://").unwrap();
        let bearer = user.token.as_ref().map_or(String::new(), |token| format!("authorization: Bearer {token}\r\n"));
        let kind = if headers.contains("content-type") { "" } else { "content-type: application/json\r\n" };
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{bearer}{kind}{headers}\r\n");
        let mut socket = Self { stream: TcpStream::connect(address).await.unwrap(), received: Vec::new() };
        socket.send(head.as_bytes()).await;
        socket
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends bytes, and returns false where the server has ended the connection.
    pub async fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    pub async fn send_chunk(&mut self, bytes: &[u8]) {
        self.send(format!("{:x}\r\n", bytes.len()).as_bytes()).await;
        self.send(bytes).await;
        self.send(b"\r\n").await;
    }

    /// The head of the next answer. Its body stays unread.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = self.received.drain(..end + 4).collect();
                return String::from_utf8(head).unwrap();
            }
            let mut bytes = [0; 4096];
            let length = tokio::time::timeout(TIMEOUT, self.stream.read(&mut bytes)).await.expect("no answer").unwrap();
            assert!(length > 0, "the connection ended before an answer: {:?}", String::from_utf8_lossy(&self.received));
            self.received.extend_from_slice(&bytes[..length]);
        }
    }

    /// The status of the next answer.
    pub async fn status(&mut self) -> u16 {
        self.head().await.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Reads until the server ends the connection.
    pub async fn ends(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end too: the server does not read what the client still sends.
        let _ =
            tokio::time::timeout(TIMEOUT, self.stream.read_to_end(&mut rest)).await.expect("the connection stays open");
    }
}
