//! The maximal size of a document.

use landfall::config::Env;
use reqwest::Method;
use serde_json::json;

use super::path;
use crate::support::{Answer, TestApp, TestDatabase, TestUser, assert_problem, send};

async fn put_text(user: &TestUser, base: i64, data: &str) -> Answer {
    let text = format!("{{\"baseRevision\":{base},\"data\":{data}}}");
    send(user.request(Method::PUT, &path("p1")).header("content-type", "application/json").body(text)).await
}

/// A document of exactly `bytes` bytes.
fn document(bytes: usize) -> String {
    format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8))
}

#[tokio::test]
async fn document_of_five_mebibytes_is_the_largest_stored() {
    const LIMIT: usize = 5 * 1024 * 1024;
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    put_text(&anna, 0, &document(LIMIT)).await.expect(201);
    assert_eq!(anna.get(&path("p1")).await.expect(200)["data"]["a"].as_str().map(str::len), Some(LIMIT - 8));
    assert_problem(&put_text(&anna, 1, &document(LIMIT + 1)).await, 413, "payload_too_large", "/data");
    let by_post = json!({ "data": { "a": "x".repeat(LIMIT) } });
    assert_problem(&anna.post("/api/projects", &by_post).await, 413, "payload_too_large", "/data");
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn document_limit_may_exceed_the_limit_of_other_bodies() {
    let env = Env::from_pairs([("LANDFALL_MAX_PROJECT_BYTES", "20000"), ("LANDFALL_MAX_BODY_BYTES", "10000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    put_text(&anna, 0, &document(20_000)).await.expect(201);
    assert_problem(&put_text(&anna, 1, &document(20_001)).await, 413, "payload_too_large", "/data");
    assert_problem(&put_text(&anna, 1, &document(50_000)).await, 413, "payload_too_large", "");
    let chat = json!({ "title": "x".repeat(20_000) });
    assert_problem(&anna.post("/api/chat/sessions", &chat).await, 413, "payload_too_large", "");
}

#[tokio::test]
async fn document_is_measured_as_it_is_written_out() {
    let env = Env::from_pairs([("LANDFALL_MAX_PROJECT_BYTES", "20000")]);
    let app = TestApp::configured(TestDatabase::migrated().await, env).await;
    let anna = app.user("anna").await;
    // A few bytes each, but three hundred when they are written out.
    let numbers = format!("{{\"n\":[{}]}}", vec!["1e300"; 100].join(","));
    assert_problem(&put_text(&anna, 0, &numbers).await, 413, "payload_too_large", "/data");
    let blanks = format!("{{\"n\":[{}1]}}", " ".repeat(30_000));
    put_text(&anna, 0, &blanks).await.expect(201);
}
