//! Idle connections and a flood of requests by one user. Other users are served.

use landfall::config::Env;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{TestApp, TestDatabase, allow_many_files, assert_problem, eventually, message};

const SLOW: usize = 1_000;

#[tokio::test]
async fn thousand_slow_sockets_block_no_request_and_are_closed() {
    allow_many_files();
    let env = Env::from_pairs([("LANDFALL_HEADER_TIMEOUT_SECS", "3"), ("LANDFALL_WORKERS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let address = app.url.strip_prefix("http://").unwrap();
    let mut sockets = Vec::with_capacity(SLOW);
    for _ in 0..SLOW {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(b"POST /api/sync HTTP/1.1\r\nhost: landfall\r\nx-slow").await.unwrap();
        sockets.push(socket);
    }
    let session = anna.chat().await;
    let batch = json!({ "messages": [message(&session, "t", "through the crowd")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    anna.get("/api/sync/init").await.expect(200);
    for mut socket in sockets {
        let mut answer = String::new();
        // A reset ends the connection too.
        if socket.read_to_string(&mut answer).await.is_ok() {
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
        }
    }
}

/// A connection that was opened ahead. A 408 could meet a request on the way, and would be taken for its answer.
#[tokio::test]
async fn connection_that_never_sent_a_byte_is_closed_without_an_answer() {
    let env = Env::from_pairs([("LANDFALL_HEADER_TIMEOUT_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let address = app.url.strip_prefix("http://").unwrap();
    let (mut silent, mut begun) =
        (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
    begun.write_all(b"GET /health/live HTT").await.unwrap();
    let mut answer = String::new();
    silent.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "");
    begun.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_until_others_leave() {
    let env = Env::from_pairs([("LANDFALL_MAX_CONNECTIONS", "2"), ("LANDFALL_WORKERS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let address = app.url.strip_prefix("http://").unwrap();
    let request = b"GET /health/live HTTP/1.1\r\nhost: landfall\r\n\r\n";
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request).await.unwrap();
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).await.unwrap();
        sockets.push(socket);
    }
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(request).await.unwrap();
    let mut answer = [0; 12];
    let early = tokio::time::timeout(std::time::Duration::from_millis(300), third.read_exact(&mut answer)).await;
    assert!(early.is_err(), "the third connection is served beside two others");
    drop(sockets);
    third.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

/// Sends a request from this address of the machine. The answer as far as its status, or what arrived before the end.
async fn ask_from(from: &str, app: &TestApp) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    let mut stream = socket.connect(app.url.strip_prefix("http://").unwrap().parse().unwrap()).await.unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: landfall\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn one_address_has_a_share_of_the_connections() {
    let env = Env::from_pairs([
        ("LANDFALL_MAX_CONNECTIONS_PER_ADDRESS", "4"),
        ("LANDFALL_HEADER_TIMEOUT_SECS", "60"),
        ("LANDFALL_WORKERS", "1"),
    ]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let address = app.url.strip_prefix("http://").unwrap();
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    let refused = ask_from("127.0.0.1", &app).await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: 30"), "{refused}");
    assert!(refused.contains(r#""code":"rate_limited""#) && refused.contains(r#""reason":"connections""#), "{refused}");
    assert!(ask_from("127.0.0.2", &app).await.starts_with("HTTP/1.1 200"));
    // Any number of further idle ones take nothing from others.
    for _ in 0..200 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    assert!(ask_from("127.0.0.2", &app).await.starts_with("HTTP/1.1 200"));
    drop(idle);
    eventually(5, "the share is free again", || async {
        ask_from("127.0.0.1", &app).await.starts_with("HTTP/1.1 200").then_some(())
    })
    .await;
}

#[tokio::test]
async fn health_is_answered_on_its_own_listener_while_all_connections_are_in_use() {
    let settings = [("LANDFALL_MAX_CONNECTIONS", "2"), ("LANDFALL_WORKERS", "1"), ("LANDFALL_HEALTH_PORT", "1")];
    let app = TestApp::configured(TestDatabase::migrated().await, Env::from_pairs(settings)).await;
    let address = app.url.strip_prefix("http://").unwrap();
    let request = b"GET /health/live HTTP/1.1\r\nhost: landfall\r\n\r\n";
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request).await.unwrap();
        socket.read_exact(&mut [0; 12]).await.unwrap();
        sockets.push(socket);
    }
    let probe = crate::support::TestUser::anonymous(app.health_url.as_deref().unwrap());
    assert_eq!(probe.get("/health/live").await.expect(200), json!({ "status": "ok" }));
    probe.get("/health/ready").await.expect(200);
    assert!(probe.get("/metrics").await.text.contains("landfall_http_connections 2"));
    for path in ["/", "/api/chat/sessions", "/api/openapi.json", "/docs/"] {
        let answer = probe.get(path).await;
        assert_problem(&answer, 404, "not_found", "");
    }
}

#[tokio::test]
async fn event_streams_of_one_user_are_limited() {
    let env = Env::from_pairs([("LANDFALL_MAX_EVENT_STREAMS_PER_USER", "2")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let open = async |user: &crate::support::TestUser| {
        user.request(reqwest::Method::GET, "/api/sync/events").send().await.unwrap()
    };
    let mut streams = vec![open(&anna).await, open(&anna).await];
    assert!(streams.iter().all(|stream| stream.status() == 200));
    let refused = anna.get("/api/sync/events").await;
    assert_problem(&refused, 429, "rate_limited", "");
    assert_eq!(refused.json["reason"], "streams");
    assert_eq!(refused.headers["retry-after"], "30");
    assert_eq!(open(&ben).await.status(), 200);
    anna.get("/api/sync/changes").await.expect(200);
    streams.pop();
    eventually(5, "the place of a closed stream is free", || async {
        (open(&anna).await.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn flood_of_one_user_leaves_others_served() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let (hers, his) = (anna.chat().await, ben.chat().await);
    let flood: Vec<_> = (0..300)
        .map(|number| {
            let (anna, hers) = (anna.clone(), hers.clone());
            tokio::spawn(async move {
                let batch = json!({ "messages": [message(&hers, &format!("flood-{number}"), "me first")] });
                anna.post("/api/chat/messages/batch", &batch).await.status
            })
        })
        .collect();
    for number in 0..10 {
        let batch = json!({ "messages": [message(&his, &format!("calm-{number}"), "one at a time")] });
        ben.post("/api/chat/messages/batch", &batch).await.expect(200);
        ben.get("/api/sync/init").await.expect(200);
    }
    for status in futures_util::future::join_all(flood).await {
        assert!(matches!(status.unwrap(), 200 | 429 | 503));
    }
}
