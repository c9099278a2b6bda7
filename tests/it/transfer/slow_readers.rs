//! Exports whose clients read slowly or disconnect.

use serde_json::json;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{TestApp, TestUser, assert_problem, eventually, message};

/// Reads the first bytes of an export. The socket has a small receive buffer.
async fn begin_to_read(user: &TestUser) -> TcpStream {
    let host = user.base.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
    let token = user.token.as_deref().unwrap();
    let head = format!("GET /api/export HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn export_of_a_disconnected_client_releases_its_connection() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    // The document is larger than all buffers, so the server can't finish before it is read.
    let long = "x".repeat(900_000);
    for batch in 0..4 {
        let messages: Vec<_> = (0..8).map(|n| message(&session, &format!("t-{batch}-{n}"), &long)).collect();
        anna.post("/api/chat/messages/batch", &json!({ "messages": messages })).await.expect(200);
    }
    let reader = begin_to_read(&anna).await;
    let refused = anna.get("/api/export").await;
    assert_problem(&refused, 429, "rate_limited", "");
    assert!(refused.headers.contains_key("retry-after") && refused.text.contains("export"), "{}", refused.text);
    anna.get("/api/chat/sessions").await.expect(200);
    // Another user is not held up, and neither is an import.
    let ben = app.user("ben").await;
    ben.get("/api/export").await.expect(200);
    super::import(&anna, "", &json!({ "tags": [] })).await.expect(200);
    drop(reader);
    eventually(10, "an export after the others were given up", || async {
        (anna.get("/api/export?include=tags").await.status == 200).then_some(())
    })
    .await;
    const OPEN: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    eventually(10, "no transaction is left open", || async { (app.db.number(OPEN).await == 0).then_some(()) }).await;
}
