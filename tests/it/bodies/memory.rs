//! The memory for bodies: reserved by the declared length, limited per process and per caller, free again on every path.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::app_with;
use super::socket::Socket;
use crate::support::{TestApp, TestUser, assert_problem, eventually, send};

const SESSIONS: &str = "/api/chat/sessions";
const LARGE: usize = 5_000_000;

/// The process has room for four large bodies and a caller for one.
async fn app() -> TestApp {
    app_with([
        ("LANDFALL_MAX_BODY_BYTES", "5000000"),
        ("LANDFALL_MAX_PROJECT_BYTES", "1000000"),
        ("LANDFALL_BODY_MEMORY_BYTES", "21500000"),
    ])
    .await
}

/// A request with a large declared body of which one byte was sent.
async fn holding(app: &TestApp, user: &TestUser) -> Socket {
    let before = app.body_memory.reserved();
    let mut socket = Socket::request(app, user, "POST", SESSIONS, &format!("content-length: {LARGE}\r\n")).await;
    socket.send(b" ").await;
    eventually(10, "the body has its share", || async { (app.body_memory.reserved() >= before + LARGE).then_some(()) })
        .await;
    socket
}

fn large_body() -> String {
    let text = json!({ "title": "a" }).to_string();
    format!("{text}{}", " ".repeat(LARGE - text.len()))
}

#[tokio::test]
async fn caller_beyond_its_share_is_a_429_while_another_is_served() {
    let app = app().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let held = holding(&app, &anna).await;
    eventually(10, "a second large body is refused", || async {
        let answer = anna.post_text(SESSIONS, large_body()).await;
        (answer.status == 429).then(|| {
            assert_problem(&answer, 429, "rate_limited", "");
            assert_eq!(answer.headers["retry-after"], "1");
        })
    })
    .await;
    // Small bodies have room beside it.
    anna.post(SESSIONS, &json!({ "title": "b" })).await.expect(201);
    ben.post_text(SESSIONS, large_body()).await.expect(201);
    drop(held);
    eventually(10, "the share is free", || async {
        (anna.post_text(SESSIONS, large_body()).await.status == 201).then_some(())
    })
    .await;
}

#[tokio::test]
async fn process_beyond_its_memory_is_a_503_and_recovers() {
    let app = app().await;
    let mut held = Vec::new();
    for name in ["anna", "ben", "cleo", "dora"] {
        held.push(holding(&app, &app.user(name).await).await);
    }
    let emil = app.user("emil").await;
    eventually(10, "a fifth large body is refused", || async {
        let answer = emil.post_text(SESSIONS, large_body()).await;
        (answer.status == 503).then(|| {
            assert_problem(&answer, 503, "busy", "");
            assert_eq!(answer.headers["retry-after"], "1");
        })
    })
    .await;
    emil.post(SESSIONS, &json!({ "title": "b" })).await.expect(201);
    held.pop();
    eventually(10, "a share is free", || async {
        (emil.post_text(SESSIONS, large_body()).await.status == 201).then_some(())
    })
    .await;
}

/// Answers of every kind free their share: success, refusals of the body, and work that ends early.
#[tokio::test]
async fn share_is_free_after_every_answer() {
    let app = app().await;
    let anna = app.user("anna").await;
    let blanks = " ".repeat(LARGE - 100);
    for (body, status) in [
        (format!("{{\"title\":\"a\"}}{blanks}"), 201),
        (format!("{{{blanks}"), 400),
        (format!("{{\"title\":1}}{blanks}"), 422),
        (format!("{{\"title\":\"\"}}{blanks}"), 422),
    ] {
        for _ in 0..3 {
            assert_eq!(anna.post_text(SESSIONS, body.clone()).await.status, status);
        }
    }
}

#[tokio::test]
async fn part_of_a_file_counts() {
    let app = app().await;
    let anna = app.user("anna").await;
    let upload = async |status| {
        let file = Part::bytes(vec![b'a'; 2_000_000]).file_name("a.txt").mime_str("text/plain").unwrap();
        let form = anna.request(Method::POST, "/api/media/assets").multipart(Form::new().part("file", file));
        (send(form).await.status == status).then_some(())
    };
    let held = holding(&app, &anna).await;
    eventually(10, "the part has no room beside a large body", || upload(429)).await;
    drop(held);
    eventually(10, "the part has room", || upload(201)).await;
}
