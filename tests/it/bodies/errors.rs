//! The size of error answers and of stored outcomes: at most 50 errors, short pointers and details, and the number of what is left out.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestUser, assert_problem, message};

const MAX_PROBLEM_BYTES: usize = 64 * 1024;

/// A row with many secrets in clear, below a name of 2,000 characters.
fn secrets() -> Value {
    let leaves: serde_json::Map<String, Value> = (0..10_000).map(|n| (format!("{n}token"), json!("x"))).collect();
    json!({ "name": "a", "type": "b", "k".repeat(2_000): leaves })
}

#[track_caller]
fn assert_small(answer: &Answer) -> usize {
    assert!(answer.text.len() <= MAX_PROBLEM_BYTES, "{} bytes", answer.text.len());
    let errors = answer.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    for error in errors {
        assert!(error["pointer"].as_str().unwrap().len() <= 1024, "{error}");
    }
    errors.len()
}

#[tokio::test]
async fn secrets_in_clear_are_listed_up_to_fifty() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let answer =
        anna.put("/api/collections/providerConfigs/x", &json!({ "baseRevision": 0, "value": secrets() })).await;
    assert_eq!((answer.status, answer.code()), (422, "secret_in_clear"));
    assert_eq!(assert_small(&answer), 50);
    assert!(answer.json["errors"][0]["pointer"].as_str().unwrap().ends_with('…'), "a cut pointer is marked");
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.ends_with("50 are listed, 9950 more are not."), "{detail}");
}

fn push(mutations: &[Value]) -> Value {
    json!({ "clientId": "device", "mutations": mutations })
}

fn put(id: usize, collection: &str, key: &str, value: &Value) -> Value {
    json!({ "id": id, "collection": collection, "op": "put", "key": key, "baseRevision": 0, "value": value })
}

async fn largest_outcome(app: &TestApp) -> i64 {
    app.db.number("SELECT max(octet_length(outcome::text))::bigint AS n FROM idempotency_records").await
}

#[tokio::test]
async fn stored_outcome_is_small_and_a_repeat_gets_the_same_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let body = push(&[put(1, "providerConfigs", "x", &secrets())]);
    let first = anna.post("/api/sync", &body).await.expect(200);
    let again = anna.post("/api/sync", &body).await.expect(200);
    assert_eq!(first["results"], again["results"]);
    let error = &first["results"][0]["error"];
    assert_eq!((error["code"].as_str(), error["errors"].as_array().map(Vec::len)), (Some("secret_in_clear"), Some(50)));
    assert!(largest_outcome(&app).await < MAX_PROBLEM_BYTES as i64);
    // A single write under a name of its own.
    let body = json!({ "mutationId": "m1", "baseRevision": 0, "value": secrets() });
    let path = "/api/collections/providerConfigs/y";
    let (first, again) = (anna.put(path, &body).await, anna.put(path, &body).await);
    assert_eq!((first.status, first.without_request()), (422, again.without_request()));
    assert!(largest_outcome(&app).await < MAX_PROBLEM_BYTES as i64);
}

#[tokio::test]
async fn rejections_of_one_push_are_small_together() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let leaves: serde_json::Map<String, Value> = (0..50).map(|n| (format!("{n}token"), json!("x"))).collect();
    let value = json!({ "name": "a", "type": "b", "k".repeat(1_100): leaves });
    let mutations: Vec<Value> = (1..=200).map(|n| put(n, "providerConfigs", &format!("k{n}"), &value)).collect();
    let answer = anna.post("/api/sync", &push(&mutations)).await;
    let results = answer.json["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["status"] == "rejected" && result["error"]["errors"][0].is_object()));
    assert!(answer.text.len() < 2 * 1024 * 1024, "{} bytes", answer.text.len());
    let stored = app.db.number("SELECT sum(octet_length(outcome::text))::bigint AS n FROM idempotency_records").await;
    assert!(stored < 2 * 1024 * 1024, "{stored} bytes");
    assert_eq!(anna.post("/api/sync", &push(&mutations)).await.json["results"], answer.json["results"]);
}

/// Each body quotes a text of a megabyte in its error.
#[tokio::test]
async fn long_names_and_values_are_cut_in_every_answer() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let long = "n\u{1}".repeat(300_000);
    let session = anna.chat().await;
    let mut bad = message(&session, "t", "a");
    bad[&long] = json!(1);
    for answer in [
        anna.post("/api/chat/sessions", &json!({ "title": "a", long.as_str(): 1 })).await,
        anna.post("/api/chat/sessions", &json!({ "title": "a", "id": long })).await,
        anna.post("/api/chat/sessions", &json!({ "title": "a", "metadata": { long.as_str(): "\0" } })).await,
        anna.post("/api/chat/messages/batch", &json!({ "messages": [bad] })).await,
        anna.put("/api/collections/tags/a", &json!({ "baseRevision": 0, "value": { "name": { long.as_str(): 1 } } }))
            .await,
        anna.put("/api/projects/p", &json!({ "name": "a", long.as_str(): 1 })).await,
        anna.post("/api/assets/presign", &json!({ "operation": long })).await,
    ] {
        assert!((400..500).contains(&answer.status), "{}", answer.text.len());
        assert_small(&answer);
    }
    let import = json!({ "tags": [{ "id": "a", "name": { long.as_str(): 1 } }] });
    assert_small(&anna.post("/api/import", &import).await);
    for mutation in [put(1, &long, "k", &json!({})), put(2, "tags", "k", &json!({ long.as_str(): "\0" }))] {
        let answer = anna.post("/api/sync", &push(&[mutation])).await;
        assert_eq!(answer.json["results"][0]["status"], "rejected", "{}", answer.text.len());
        assert_small(&answer);
    }
}

#[tokio::test]
async fn what_two_rules_find_in_one_member_is_listed_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let row = json!({ "baseRevision": 0, "value": { "name": "", "content": 7 } });
    let answer = anna.put("/api/collections/rules/r1", &row).await;
    let errors = answer.json["errors"].as_array().unwrap();
    let mut pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/value/content", "/value/name"], "{}", answer.text);
}

#[tokio::test]
async fn invalid_members_are_listed_up_to_fifty_and_counted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let messages: Vec<Value> = (0..500).map(|n| message(&session, &format!("t{n}"), "nul \0")).collect();
    let answer = anna.post("/api/chat/messages/batch", &json!({ "messages": messages })).await;
    assert_problem(&answer, 422, "validation_failed", "/messages/0/content");
    assert_eq!(assert_small(&answer), 50);
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.ends_with("50 are listed, 450 more are not."), "{detail}");
}

#[tokio::test]
async fn long_path_is_cut() {
    let app = TestApp::start().await;
    let anna: TestUser = app.user("anna").await;
    let answer = anna.get(&format!("/api/{}", "x".repeat(20_000))).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text.len() < 4_000, "{} bytes", answer.text.len());
}
