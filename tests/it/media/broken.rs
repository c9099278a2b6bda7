//! Refused and broken uploads, which leave no asset and no object.

use landfall::config::Env;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{form, post};
use crate::support::{TestApp, TestDatabase, TestUser, assert_problem, eventually, png, send};

async fn nothing_is_left(app: &TestApp, user: &TestUser) {
    eventually(20, "neither object nor row is left", || async {
        let objects = app.storage.list(&format!("{}/", user.id)).await.unwrap();
        let waiting = app.db.number("SELECT count(*) AS n FROM job WHERE kind = 'discard'").await;
        (objects.is_empty() && waiting == 0).then_some(())
    })
    .await;
    assert_eq!(user.get("/api/assets").await.expect(200)["items"], json!([]));
    assert_eq!(app.db.version(&user.id).await, 0, "no change was published");
}

#[tokio::test]
async fn types_off_the_allow_list_and_spoofed_types_are_a_400() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let page = b"<html><script>alert(1)</script></html>".to_vec();
    for form in [
        form(page.clone(), "text/html", "document"),
        form(b"<svg/>".to_vec(), "image/svg+xml", "image"),
        form(page.clone(), "image/png", "image"),
        form(png(100), "image/jpeg", "image"),
        form(png(100), "image/png", "video"),
        // The part and the form declare different types.
        Form::new().part("file", Part::bytes(page).mime_str("text/plain").unwrap()).text("mimeType", "image/png"),
        Form::new().text("mimeType", "image/png"),
        Form::new().part("file", Part::bytes(png(100))),
        form(png(100), "image/png", "image").part("file", Part::bytes(png(100)).mime_str("image/png").unwrap()),
    ] {
        assert_problem(&post(&anna, form).await, 400, "invalid_media", "");
    }
    for (name, value, pointer) in [
        ("color", "red", "/color"),
        ("width", "-1", "/width"),
        ("id", "../x", "/id"),
        ("fileType", "x", "/fileType"),
        ("fileName", "a\nb", "/fileName"),
    ] {
        let answer = post(&anna, Form::new().text(name, value).part("file", Part::bytes(png(100)))).await;
        assert_problem(&answer, 422, "validation_failed", pointer);
    }
    let compressed = anna.request(reqwest::Method::POST, "/api/media/assets").header("content-encoding", "gzip");
    let form = form(png(100), "image/png", "image");
    assert_problem(&send(compressed.multipart(form)).await, 415, "unsupported_media_type", "");
    assert_problem(&anna.post("/api/media/assets", &json!({})).await, 415, "unsupported_media_type", "");
    nothing_is_left(&app, &anna).await;
}

#[tokio::test]
async fn file_over_the_limit_is_a_413_before_the_body_ends() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    // The body never ends, and the answer arrives nevertheless.
    let answer = endless(&app, &anna, 64 * 1024 * 1024).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("payload_too_large"), "{answer}");
    nothing_is_left(&app, &anna).await;
}

#[tokio::test]
async fn file_over_the_quota_is_a_413_with_used_and_allowed() {
    let env = Env::from_pairs([("PORT", "80"), ("LANDFALL_QUOTA_BYTES", "1000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    let refused = post(&anna, form(png(1001), "image/png", "image")).await;
    assert_problem(&refused, 413, "quota_exceeded", "");
    assert_eq!(refused.json["allowed"]["bytes"], 1000);
    nothing_is_left(&app, &anna).await;
    post(&anna, form(png(1000), "image/png", "image")).await.expect(201);
}

#[tokio::test]
async fn broken_upload_leaves_no_asset_and_no_object() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    // Parts are in the storage when the connection breaks.
    let mut socket = begin(&app, &anna).await;
    let chunk = png(64 * 1024);
    for _ in 0..(7 * 16) {
        write_chunk(&mut socket, &chunk).await.unwrap();
    }
    let open = "SELECT count(*) AS n FROM job WHERE kind = 'discard' AND payload::text LIKE '%upload\": [%'";
    eventually(20, "parts have begun", || async { (app.db.number(open).await == 1).then_some(()) }).await;
    drop(socket);
    nothing_is_left(&app, &anna).await;
}

/// Sends the head of an upload without a length.
async fn begin(app: &TestApp, user: &TestUser) -> TcpStream {
    let host = app.url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(host).await.unwrap();
    let token = user.token.as_deref().unwrap();
    let head = format!(
        "POST /api/media/assets HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\
         content-type: multipart/form-data; boundary=x\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let part =
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n";
    write_chunk(&mut socket, part.as_bytes()).await.unwrap();
    write_chunk(&mut socket, &png(10_000)).await.unwrap();
    socket
}

async fn write_chunk(socket: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    socket.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
    socket.write_all(bytes).await?;
    socket.write_all(b"\r\n").await
}

/// Sends up to `at_most` bytes until the server closes the connection. Returns the answer.
async fn endless(app: &TestApp, user: &TestUser, at_most: usize) -> String {
    let (mut read, mut write) = begin(app, user).await.into_split();
    let sending = tokio::spawn(async move {
        let chunk = vec![7; 64 * 1024];
        let mut sent = 0;
        while sent < at_most {
            let framed = [format!("{:x}\r\n", chunk.len()).as_bytes(), &chunk, b"\r\n"].concat();
            if write.write_all(&framed).await.is_err() {
                break;
            }
            sent += chunk.len();
        }
        // The body does not end.
        std::future::pending::<()>().await;
    });
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(Ok(count @ 1..)) =
        tokio::time::timeout(std::time::Duration::from_secs(30), read.read(&mut piece)).await
    {
        answer.extend_from_slice(&piece[..count]);
        if String::from_utf8_lossy(&answer).contains("payload_too_large") {
            break;
        }
    }
    sending.abort();
    String::from_utf8_lossy(&answer).into_owned()
}
