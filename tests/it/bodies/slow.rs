//! Bodies that stand still or arrive too slowly. Progress is what arrives on the wire, and not what it unpacks to.

use std::time::Duration;

use serde_json::json;

use super::app_with;
use super::socket::Socket;
use crate::support::{TestApp, packed_blanks};

const SESSIONS: &str = "/api/chat/sessions";
const FORM: &str = "content-type: multipart/form-data; boundary=b\r\n";

async fn app() -> TestApp {
    app_with([
        ("LANDFALL_REQUEST_TIMEOUT_SECS", "2"),
        ("LANDFALL_BODY_PAUSE_SECS", "2"),
        // One caller has room for one of these bodies.
        ("LANDFALL_BODY_MEMORY_BYTES", "20000000"),
    ])
    .await
}

#[tokio::test]
async fn packed_body_that_stands_still_ends_and_frees_its_share() {
    let app = app().await;
    let anna = app.user("anna").await;
    // 4 MB unpacked would earn a quarter of an hour.
    let packed = packed_blanks(4_000_000);
    let headers = "content-encoding: gzip\r\ntransfer-encoding: chunked\r\n";
    let mut socket = Socket::request(&app, &anna, "POST", SESSIONS, headers).await;
    socket.send_chunk(&packed[..packed.len() - 4]).await;
    assert_eq!(socket.status().await, 504);
    socket.ends().await;
    let body = format!("{}{}", json!({ "title": "a" }), " ".repeat(7_000_000));
    anna.post_text(SESSIONS, body).await.expect(201);
}

/// Routes that pass on files or wait for the storage have no limit for their work, and the same limits for their bodies.
#[tokio::test]
async fn body_that_never_begins_ends_on_every_kind_of_route() {
    let app = app().await;
    let anna = app.user("anna").await;
    let mut ends = Vec::new();
    for (path, headers) in [("/api/assets", ""), (SESSIONS, ""), ("/api/sync", ""), ("/api/media/assets", FORM)] {
        for length in ["content-length: 1000\r\n", "transfer-encoding: chunked\r\n"] {
            let headers = format!("{headers}{length}");
            let (app, anna) = (&app, &anna);
            ends.push(async move {
                let mut socket = Socket::request(app, anna, "POST", path, &headers).await;
                assert_eq!(socket.status().await, 504, "{path}");
                socket.ends().await;
            });
        }
    }
    futures_util::future::join_all(ends).await;
    let mut import = Socket::request(&app, &anna, "POST", "/api/import", "content-length: 1000\r\n").await;
    assert_eq!(import.status().await, 504);
}

#[tokio::test]
async fn body_that_drips_ends_on_every_kind_of_route() {
    let app = app().await;
    let anna = app.user("anna").await;
    for (path, headers) in [("/api/assets", ""), ("/api/import", ""), ("/api/media/assets", FORM)] {
        let length = format!("{headers}content-length: 100000\r\n");
        let mut socket = Socket::request(&app, &anna, "POST", path, &length).await;
        let drip = async {
            // No pause is too long, and the whole would take hours.
            while socket.try_send(b" ").await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), drip).await.expect("the drip held the connection");
    }
}
