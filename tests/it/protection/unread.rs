//! Answers that their clients do not read.

use std::time::Duration;

use landfall::config::Env;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{TestApp, TestDatabase, TestUser, eventually};

const DOCUMENT_BYTES: usize = 4_800_000;

async fn app() -> (TestApp, TestUser, String) {
    let env = Env::from_pairs([("LANDFALL_WRITE_TIMEOUT_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let id = app.random_id();
    let document = json!({ "id": id, "name": "Harbour", "data": { "text": "x".repeat(DOCUMENT_BYTES) } });
    anna.post("/api/projects", &document).await.expect(201);
    (app, anna, format!("/api/projects/{id}"))
}

/// Sends a request through a socket with a small buffer.
async fn ask(user: &TestUser, path: &str) -> TcpStream {
    let host = user.base.strip_prefix("http://").unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
    let token = user.token.as_deref().unwrap();
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The open connections, as the metrics show them. The request for them is one.
async fn connections(app: &TestApp) -> usize {
    let page = app.anonymous().get("/metrics").await.text;
    let line = page.lines().find_map(|line| line.strip_prefix("landfall_http_connections "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn unread_answers_are_given_up() {
    let (app, anna, path) = app().await;
    let before = connections(&app).await;
    let mut readers = Vec::new();
    for number in 0..60 {
        readers.push(ask(&anna, if number % 2 == 0 { &path } else { "/api/export" }).await);
    }
    assert!(connections(&app).await > before);
    eventually(30, "the connections are closed", || async { (connections(&app).await <= before).then_some(()) }).await;
    for mut reader in readers {
        let mut answer = Vec::new();
        // A reset ends the answer too.
        let _ = reader.read_to_end(&mut answer).await;
        assert!(answer.len() < DOCUMENT_BYTES, "{}", answer.len());
    }
    anna.get(&path).await.expect(200);
}

#[tokio::test]
async fn slow_reader_gets_the_whole_answer() {
    let (_app, anna, path) = app().await;
    for path in [path.as_str(), "/api/export"] {
        let mut reader = ask(&anna, path).await;
        let (mut answer, mut part) = (Vec::new(), vec![0; 200_000]);
        loop {
            let bytes = reader.read(&mut part).await.unwrap();
            if bytes == 0 {
                break;
            }
            answer.extend_from_slice(&part[..bytes]);
            // Several times as slow as the time limit for an answer that stands still allows for the whole of it.
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        assert!(answer.len() > DOCUMENT_BYTES, "{path}: {}", answer.len());
    }
}
