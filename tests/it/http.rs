//! Rules of every request: ids, headers, limits, compression, unknown paths.

use std::io::Write as _;

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Answer, TestApp, TestDatabase, assert_problem, message, send};

#[tokio::test]
async fn unknown_path_is_a_problem_and_wrong_method_lists_the_allowed_ones() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    assert_problem(&anna.get("/api/nothing").await, 404, "not_found", "");
    let answer = send(anna.request(Method::PUT, "/api/chat/sessions")).await;
    assert_problem(&answer, 405, "method_not_allowed", "");
    assert_eq!(answer.headers["allow"], "GET, HEAD, POST");
}

#[tokio::test]
async fn private_answers_are_not_cached_and_not_sniffed() {
    let app = TestApp::start().await;
    let answer = app.user("anna").await.get("/api/chat/sessions").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn body_of_wrong_size_or_type_is_refused() {
    let env = Env::from_pairs([("LANDFALL_MAX_BODY_BYTES", "10000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let large = json!({ "title": "x".repeat(20_000) });
    assert_problem(&anna.post("/api/chat/sessions", &large).await, 413, "payload_too_large", "");
    let form = anna.request(Method::POST, "/api/chat/sessions").header("content-type", "text/html").body("{}");
    assert_problem(&send(form).await, 415, "unsupported_media_type", "");
}

#[tokio::test]
async fn all_errors_of_a_body_are_named_at_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let pointers = |answer: &Answer| -> Vec<String> {
        let errors = answer.json["errors"].as_array().into_iter().flatten();
        errors.map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    };
    let body = json!({ "x": 1, "messages": [{ "y": 2 }, { "sessionId": "s", "role": "king", "content": 5, "createdAt": "then" }] });
    let answer = anna.post("/api/chat/messages/batch", &body).await;
    assert_eq!((answer.status, answer.code()), (422, "validation_failed"));
    let mut found = pointers(&answer);
    found.sort();
    let mut expected = vec!["/x", "/messages/0/y"];
    for member in ["sessionId", "role", "content", "createdAt"] {
        expected.extend([format!("/messages/0/{member}"), format!("/messages/1/{member}")].map(|one| &*one.leak()));
    }
    expected.sort_unstable();
    assert_eq!(found, expected, "{}", answer.text);
    assert!(!answer.text.contains('`') && answer.text.contains("is required"), "{}", answer.text);
    // The checks of values that have the right type are listed too.
    let body = json!({ "mutationId": "", "name": 5, "baseRevision": -1, "color": "red" });
    let answer = anna.put("/api/projects/p", &body).await;
    assert_eq!(pointers(&answer), ["/color", "/name", "/baseRevision", "/mutationId"], "{}", answer.text);
    // A rejected mutation too.
    let mutation =
        json!({ "id": 1, "collection": "projects", "op": "put", "key": "p", "baseRevision": 0, "value": body });
    let answer = anna.post("/api/sync", &json!({ "clientId": "d", "mutations": [mutation] })).await.expect(200);
    let errors = answer["results"][0]["error"]["errors"].as_array().unwrap().len();
    assert_eq!(errors, 4, "{answer}");
}

#[tokio::test]
async fn compressed_body_is_limited_by_its_decompressed_size() {
    let env = Env::from_pairs([("LANDFALL_MAX_BODY_BYTES", "100000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let post = |body: Vec<u8>| {
        let request = anna.request(Method::POST, "/api/chat/sessions").header("content-type", "application/json");
        send(request.header("content-encoding", "gzip").body(gzip(&body)))
    };
    post(json!({ "title": "small" }).to_string().into_bytes()).await.expect(201);
    let bomb = format!("{{\"title\":\"{}\"}}", "x".repeat(50_000_000)).into_bytes();
    assert_problem(&post(bomb).await, 413, "payload_too_large", "");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[tokio::test]
async fn large_answers_are_compressed_on_request() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let body = json!({ "messages": [message(&session, "t", &"long ".repeat(1000))] });
    anna.post("/api/chat/messages/batch", &body).await.expect(200);
    let request = anna.request(Method::GET, "/api/sync/init").header("accept-encoding", "gzip");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.bytes().await.unwrap().len() < 5_000);
}

#[tokio::test]
async fn stalled_body_times_out() {
    let env = Env::from_pairs([("LANDFALL_REQUEST_TIMEOUT_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let mut socket = begin_request(&app, anna.token.as_deref().unwrap(), 100).await;
    socket.write_all(b"{").await.unwrap();
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 504");
}

/// A request that creates a chat. Its head is sent and its body is not.
async fn begin_request(app: &TestApp, token: &str, length: usize) -> tokio::net::TcpStream {
    let address = app.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/chat/sessions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

/// The body takes three times as long as the time limit of the work.
#[tokio::test]
async fn slow_body_is_accepted() {
    let env = Env::from_pairs([("LANDFALL_REQUEST_TIMEOUT_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let body = json!({ "title": "Slow", "metadata": { "text": "x".repeat(60_000) } }).to_string();
    let mut socket = begin_request(&app, anna.token.as_deref().unwrap(), body.len()).await;
    for piece in body.as_bytes().chunks(body.len() / 10) {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        socket.write_all(piece).await.unwrap();
    }
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 201");
}

#[tokio::test]
async fn dripping_body_times_out() {
    let env = Env::from_pairs([("LANDFALL_REQUEST_TIMEOUT_SECS", "1")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let socket = begin_request(&app, anna.token.as_deref().unwrap(), 100_000).await;
    let (mut reader, mut writer) = socket.into_split();
    // The body never stalls and would take a day.
    let drip = tokio::spawn(async move {
        while writer.write_all(b" ").await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    let mut answer = vec![0; 12];
    let answered = tokio::time::timeout(std::time::Duration::from_secs(10), reader.read_exact(&mut answer)).await;
    drip.abort();
    answered.expect("the drip held the connection").unwrap();
    assert_eq!(answer, b"HTTP/1.1 504");
}
