//! Operations that need no session take bodies of at most 16 KiB.

use serde_json::json;

use super::post_coded;
use super::socket::Socket;
use crate::support::{TestApp, assert_problem, gzip, packed_blanks};

const DEV: &str = "/api/auth/dev/sign-in";
const LIMIT: usize = 16 * 1024;

/// A sign-in with blanks behind it.
fn sign_in_of(length: usize) -> String {
    let text = json!({ "email": "anna@example.com" }).to_string();
    format!("{text}{}", " ".repeat(length - text.len()))
}

#[tokio::test]
async fn body_of_16_kib_is_taken_and_a_larger_one_is_a_413_with_the_limit() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    anonymous.post_text(DEV, sign_in_of(LIMIT)).await.expect(200);
    post_coded(&anonymous, DEV, "gzip", gzip(sign_in_of(LIMIT).as_bytes())).await.expect(200);
    for path in [DEV, "/api/auth/sign-in/social"] {
        for answer in [
            anonymous.post_text(path, sign_in_of(LIMIT + 1)).await,
            post_coded(&anonymous, path, "gzip", gzip(sign_in_of(LIMIT + 1).as_bytes())).await,
            post_coded(&anonymous, path, "gzip", packed_blanks(10_000_000)).await,
        ] {
            assert_problem(&answer, 413, "payload_too_large", "");
            assert!(answer.json["detail"].as_str().unwrap().contains("16384"), "{}", answer.json);
        }
    }
}

#[tokio::test]
async fn chunked_body_is_a_413_as_soon_as_it_is_too_large() {
    let app = TestApp::start().await;
    let mut socket = Socket::request(&app, &app.anonymous(), "POST", DEV, "transfer-encoding: chunked\r\n").await;
    socket.send_chunk(&vec![b' '; LIMIT + 1]).await;
    // The body has not ended.
    assert_eq!(socket.status().await, 413);
    socket.ends().await;
}

#[tokio::test]
async fn body_is_refused_for_want_of_a_session_before_its_size() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post_text("/api/chat/sessions", " ".repeat(LIMIT * 4)).await;
    assert_problem(&answer, 401, "unauthenticated", "");
    let anna = app.user("anna").await;
    anna.post_text("/api/chat/sessions", format!("{{\"title\":\"a\"}}{}", " ".repeat(LIMIT * 4))).await.expect(201);
}
