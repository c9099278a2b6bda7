//! Packed bodies: one gzip is taken, within the limit of the unpacked body; everything else is refused before it is unpacked.

use serde_json::json;

use super::{app_with, post_coded};
use crate::support::{Process, TestApp, TestDatabase, TestUser, assert_problem, gzip, packed_blanks};

const SESSIONS: &str = "/api/chat/sessions";

#[tokio::test]
async fn other_codings_are_a_415_that_names_gzip() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({ "title": "a" }).to_string().into_bytes();
    for coding in ["br", "deflate", "zstd", "compress", "gzip, gzip", "br, gzip", "gzip, br", "rot13"] {
        let answer = post_coded(&anna, SESSIONS, coding, body.clone()).await;
        assert_problem(&answer, 415, "unsupported_media_type", "");
        assert_eq!(answer.headers["accept-encoding"], "gzip");
        assert_eq!(answer.json["reason"], "content_encoding");
    }
    // A 415 about the type says nothing about codings.
    let answer = anna.request(reqwest::Method::POST, SESSIONS).header("content-type", "text/html").body("{}");
    assert!(!crate::support::send(answer).await.headers.contains_key("accept-encoding"));
    let anonymous = post_coded(&app.anonymous(), "/api/auth/sign-in/social", "br", body).await;
    assert_problem(&anonymous, 415, "unsupported_media_type", "");
    let form = post_coded(&anna, "/api/media/assets", "br", Vec::new()).await;
    assert_problem(&form, 415, "unsupported_media_type", "");
    assert_eq!(form.headers["accept-encoding"], "identity");
}

#[tokio::test]
async fn one_gzip_is_taken_in_any_form() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = json!({ "title": "Möwe", "metadata": { "text": "x".repeat(100_000) } }).to_string().into_bytes();
    let halves = [gzip(&body[..50]), gzip(&body[50..60]), gzip(b""), gzip(&body[60..])].concat();
    for (coding, packed) in [
        ("gzip", gzip(&body)),
        ("GZIP", gzip(&body)),
        ("x-gzip", gzip(&body)),
        ("identity, gzip", gzip(&body)),
        ("gzip", halves),
        ("identity", body.clone()),
        ("", body.clone()),
    ] {
        let session = post_coded(&anna, SESSIONS, coding, packed).await.expect(201);
        assert_eq!(session["title"], "Möwe");
    }
}

#[tokio::test]
async fn damaged_gzip_is_a_400_and_stores_nothing() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let good = gzip(json!({ "title": "a" }).to_string().as_bytes());
    let mut flipped = good.clone();
    let checksum = flipped.len() - 8;
    flipped[checksum] ^= 1;
    for body in [
        good[..good.len() - 1].to_vec(),
        good[..good.len() / 2].to_vec(),
        good[..5].to_vec(),
        Vec::new(),
        b"{\"title\":\"a\"}".to_vec(),
        [good.clone(), b"garbage".to_vec()].concat(),
        [good.clone(), vec![0; 16]].concat(),
        [good.clone(), gzip(b"").repeat(2_000)].concat(),
        flipped,
    ] {
        assert_problem(&post_coded(&anna, SESSIONS, "gzip", body).await, 400, "bad_request", "");
    }
    // Packed twice, one layer is unpacked.
    assert_problem(&post_coded(&anna, SESSIONS, "gzip", gzip(&good)).await, 400, "malformed_json", "");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_sessions").await, 0);
}

#[tokio::test]
async fn bombs_are_a_413_however_they_are_packed() {
    let app = app_with([("LANDFALL_MAX_BODY_BYTES", "100000")]).await;
    let anna = app.user("anna").await;
    let one = packed_blanks(50_000_000);
    let twice = gzip(&one);
    let members = packed_blanks(90_000).repeat(2);
    for body in [one, members] {
        assert_problem(&post_coded(&anna, SESSIONS, "gzip", body).await, 413, "payload_too_large", "");
    }
    // One layer of it is no JSON and within the limit.
    assert_problem(&post_coded(&anna, SESSIONS, "gzip", twice).await, 400, "malformed_json", "");
    // Exactly at the limit.
    let text = json!({ "title": "a" }).to_string();
    let at = |limit: usize| gzip(format!("{text}{}", " ".repeat(limit - text.len())).as_bytes());
    post_coded(&anna, SESSIONS, "gzip", at(100_000)).await.expect(201);
    assert_problem(&post_coded(&anna, SESSIONS, "gzip", at(100_001)).await, 413, "payload_too_large", "");
}

/// Each body would be 200 MB, which a check after the unpacking of a chunk would have in memory.
#[tokio::test]
async fn bombs_take_no_memory() {
    let db = TestDatabase::migrated().await;
    let data = tempfile::tempdir().unwrap();
    let server = Process::over(&db, data.path(), &[]).await;
    let anna = TestUser::sign_in(&server.url, "anna").await;
    let bomb = packed_blanks(200_000_000);
    let before = server.resident_bytes();
    server.forget_peak();
    let posts = (0..6).map(|_| post_coded(&anna, SESSIONS, "gzip", bomb.clone()));
    for answer in futures_util::future::join_all(posts).await {
        assert_problem(&answer, 413, "payload_too_large", "");
    }
    let grown = server.peak_bytes().saturating_sub(before);
    // Six bodies at their limit of 8 MiB, and their last reallocation.
    assert!(grown < 160 * 1024 * 1024, "{grown} bytes");
}
