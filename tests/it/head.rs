//! HEAD wherever GET is.

use std::time::Duration;

use landfall::config::Env;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{TestApp, TestDatabase, TestUser, http_client, send};

/// Status and headers of an answer, without those that differ between two equal requests.
async fn head_of(user: &TestUser, method: Method, path: &str) -> (u16, Vec<(String, String)>) {
    let response = user.request(method, path).header("accept-encoding", "gzip").send().await.unwrap();
    let differing = ["date", "x-request-id", "location", "ratelimit-remaining", "ratelimit-reset", "etag"];
    let mut headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .filter(|(name, _)| !differing.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    (response.status().as_u16(), headers)
}

/// An id for a path parameter.
fn filled(path: &str, asset: &str, session: &str) -> String {
    path.replace("{sessionId}", session)
        .replace("{collection}", "tags")
        .replace("{provider}", "google")
        .replace("{id}", if path.contains("assets") { asset } else { "p1" })
}

#[tokio::test]
async fn head_has_the_status_and_headers_of_get_for_every_operation() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let id = anna.upload(1_000).await;
    anna.put("/api/projects/p1", &json!({ "name": "Harbour", "baseRevision": 0 })).await.expect(201);
    anna.put("/api/collections/tags/p1", &json!({ "value": { "name": "todo" }, "baseRevision": 0 })).await.expect(201);
    let document = app.anonymous().get("/api/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap().iter().filter(|(_, item)| item.get("get").is_some());
    let pages = ["/", "/docs/", "/docs/errors", "/docs", "/api/openapi.json", "/api/nothing", "/nothing"];
    let paths = paths.map(|(path, _)| filled(path, &id, &session)).chain(pages.map(str::to_owned));
    for path in paths.filter(|path| path != "/metrics") {
        for user in [&anna, &app.anonymous()] {
            let (get, head) = (head_of(user, Method::GET, &path).await, head_of(user, Method::HEAD, &path).await);
            // A stream is compressed or not, as the GET, and has no length in both.
            assert_eq!(get, head, "{path}");
            let answer = send(user.request(Method::HEAD, &path)).await;
            assert_eq!(answer.text, "", "{path}");
        }
    }
}

#[tokio::test]
async fn head_is_allowed_and_counted_and_takes_from_the_budget_of_get() {
    let env = Env::from_pairs([("LANDFALL_RATE_LIMITS", "true")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let answer = send(anna.request(Method::PUT, "/api/chat/sessions")).await;
    assert_eq!(answer.headers["allow"], "GET, HEAD, POST");
    let answer = send(anna.request(Method::HEAD, "/api/chat/messages/batch")).await;
    assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (405, "POST"));
    let answer = send(anna.request(Method::HEAD, "/api/chat/sessions")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["ratelimit-policy"].to_str().unwrap().split('"').nth(1), Some("read"));
    let page = app.anonymous().get("/metrics").await;
    let line = "landfall_http_requests_total{method=\"HEAD\",route=\"/api/chat/sessions\",status=\"200\"} 1";
    assert!(page.text.contains(line), "{}", page.text);
}

#[tokio::test]
async fn head_with_the_etag_is_not_modified() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let etag = anna.get("/api/sync/init").await.etag();
    let answer = send(anna.request(Method::HEAD, "/api/sync/init").header("if-none-match", etag)).await;
    assert_eq!(answer.status, 304);
}

/// The connection is used again: no body of a HEAD is left on it.
#[tokio::test]
async fn connection_serves_further_requests_after_heads_of_streams() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let address = app.url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let token = anna.token.as_deref().unwrap();
    for (method, path) in
        [("HEAD", "/api/sync/events"), ("HEAD", "/api/export"), ("HEAD", "/api/projects"), ("GET", "/health/live")]
    {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        while !answer.ends_with(if method == "HEAD" { "\r\n\r\n" } else { "}" }) {
            let mut buffer = [0; 4096];
            let read = tokio::time::timeout(Duration::from_secs(10), socket.read(&mut buffer)).await;
            let read = read.unwrap_or_else(|_| panic!("{path} has not ended: {answer}")).unwrap();
            assert!(read > 0, "{path} closed the connection: {answer}");
            answer.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn static_files_answer_head_without_reading_the_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("index.html"), "<!doctype html><p>Harbour").unwrap();
    std::fs::write(dir.path().join("film.bin"), vec![7; 3_000_000]).unwrap();
    let env = Env::from_pairs([("LANDFALL_FRONTEND", dir.path().to_str().unwrap())]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let head = http_client().head(format!("{}/film.bin", app.url)).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, "3000000"));
}

/// Answers have the encoding that they declare, errors too.
#[tokio::test]
async fn errors_of_static_files_have_no_wrong_encoding() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("index.html"), "<!doctype html><p>Harbour").unwrap();
    let env = Env::from_pairs([("LANDFALL_FRONTEND", dir.path().to_str().unwrap())]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    for path in ["/.env", "/.git/config", "/a%00b", "/..%2fx", "/nothing", "/assets/.x", "/api/nothing"] {
        let request = http_client().get(format!("{}{path}", app.url)).header("accept-encoding", "gzip, br, deflate");
        let response = request.send().await.unwrap();
        assert!(!response.headers().contains_key("content-encoding"), "{path}");
        let status = response.status().as_u16();
        let problem: Value = response.json().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(problem["status"], status, "{path}");
    }
}
