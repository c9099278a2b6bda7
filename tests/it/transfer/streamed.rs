//! A request whose body is sent in pieces over a plain socket, so that a test can pause or abort it.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::TestUser;

pub struct Upload(TcpStream);

impl Upload {
    /// Begins an import. `headers`: more headers, each with its line end.
    pub async fn begin(user: &TestUser, query: &str, headers: &str) -> Self {
        let host = user.base.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(host).await.unwrap();
        let token = user.token.as_deref().unwrap();
        let head = format!(
            "POST /api/import{query} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-type: application/json\r\ntransfer-encoding: chunked\r\n{headers}\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        Self(socket)
    }

    /// Sends a piece. False if the server has closed the connection.
    pub async fn send(&mut self, piece: impl AsRef<[u8]>) -> bool {
        let piece = piece.as_ref();
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        self.0.write_all(&chunk).await.is_ok()
    }

    /// Ends the body. The status and body of the answer.
    pub async fn end(mut self) -> (u16, Value) {
        let _ = self.0.write_all(b"0\r\n\r\n").await;
        let mut answer = Vec::new();
        let _ = self.0.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }
}
