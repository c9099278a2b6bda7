//! `POST /api/chat/messages/batch`: refused batches. The pointer has the message's index, and no message is stored.

use serde_json::{Value, json};

use crate::support::{TestApp, assert_problem, message};

const PATH: &str = "/api/chat/messages/batch";

fn batch(messages: impl IntoIterator<Item = Value>) -> Value {
    json!({ "messages": messages.into_iter().collect::<Vec<_>>() })
}

#[tokio::test]
async fn bad_message_is_named_by_its_index() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let with = |member: &str, value: Value| {
        let mut bad = message(&session, "temp-2", "b");
        bad[member] = value;
        batch([message(&session, "temp-1", "a"), bad])
    };
    for (body, pointer) in [
        (with("role", json!("robot")), "/messages/1/role"),
        (with("content", json!("nul \0")), "/messages/1/content"),
        (with("content", json!("x".repeat(1_000_001))), "/messages/1/content"),
        (with("createdAt", json!("+12026-11-21T08:00:00Z")), "/messages/1/createdAt"),
        (with("createdAt", json!("12026-11-21T08:00:00Z")), "/messages/1/createdAt"),
        (with("createdAt", json!("yesterday")), "/messages/1/createdAt"),
        (with("tempId", json!("temp-1")), "/messages/1/tempId"),
        (with("tempId", json!("")), "/messages/1/tempId"),
        (with("id", json!("not-the-temp-id")), "/messages/1/id"),
        (with("metadata", json!({ "a": ["\0"] })), "/messages/1/metadata/a/0"),
        (with("sessionId", json!("x")), "/messages/1/sessionId"),
        (with("sessionId", json!(app.random_id())), "/messages/1/sessionId"),
        (with("position", json!(1)), "/messages/1/position"),
    ] {
        assert_problem(&anna.post(PATH, &body).await, 422, "validation_failed", pointer);
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 0);
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn empty_and_too_large_batches_are_refused() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    assert_problem(&anna.post(PATH, &batch([])).await, 422, "validation_failed", "/messages");
    let many = batch((0..501).map(|n| message(&session, &format!("t{n}"), "a")));
    assert_problem(&anna.post(PATH, &many).await, 422, "validation_failed", "/messages");
}

#[tokio::test]
async fn invalid_json_and_invalid_utf8_are_a_400() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    assert_problem(&anna.post_text(PATH, "{").await, 400, "malformed_json", "");
    let lone = batch([message(&session, "t", "LONE")]).to_string().replace("LONE", "\\ud800");
    assert_problem(&anna.post_text(PATH, lone).await, 400, "malformed_json", "/messages/0/content");
    let mut bytes = batch([message(&session, "t", "BYTES")]).to_string().into_bytes();
    let at = bytes.windows(5).position(|part| part == b"BYTES").unwrap();
    bytes[at] = 0xff;
    assert_problem(&anna.post_text(PATH, bytes).await, 400, "malformed_json", "/messages/0/content");
}

#[tokio::test]
async fn session_of_another_user_is_not_found() {
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let hers = ben.post(PATH, &batch([message(&anna.chat().await, "t", "a")])).await;
    let none = ben.post(PATH, &batch([message(&app.random_id(), "t", "a")])).await;
    assert_problem(&hers, 422, "validation_failed", "/messages/0/sessionId");
    assert_eq!(hers.json["errors"][0]["code"], "unknown_session");
    assert_eq!(hers.without_request(), none.without_request());
}

#[tokio::test]
async fn deleted_session_refuses_messages() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (alive, deleted) = (anna.chat().await, anna.chat().await);
    anna.delete(&format!("/api/chat/sessions/{deleted}")).await.expect(204);
    let answer = anna.post(PATH, &batch([message(&alive, "t1", "a"), message(&deleted, "t2", "b")])).await;
    assert_problem(&answer, 409, "session_deleted", "/messages/1/sessionId");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 0);
}

#[tokio::test]
async fn id_of_another_message_is_a_conflict() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let id = app.random_id();
    let mut first = message(&session, "temp-1", "a");
    first["id"] = json!(id);
    anna.post(PATH, &batch([first.clone()])).await.expect(200);
    let other = |member: &str, value: Value| {
        let mut changed = first.clone();
        changed[member] = value;
        batch([message(&session, "temp-new", "new"), changed])
    };
    for body in [
        other("content", json!("other")),
        other("role", json!("system")),
        other("createdAt", json!("2026-11-21T08:00:00.001Z")),
        other("metadata", json!({})),
        other("id", json!(app.random_id())),
        other("tempId", json!("temp-other")),
    ] {
        assert_problem(&anna.post(PATH, &body).await, 409, "id_conflict", "/messages/1");
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 1);
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn temp_id_sent_after_its_id_is_a_conflict_and_stores_nothing_twice() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let mut by_id = message(&session, "temp-1", "a");
    by_id["id"] = json!(app.random_id());
    let both = by_id.clone();
    by_id.as_object_mut().unwrap().remove("tempId");
    anna.post(PATH, &batch([by_id])).await.expect(200);
    assert_problem(&anna.post(PATH, &batch([both])).await, 409, "id_conflict", "/messages/0");
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 1);
}

#[tokio::test]
async fn temp_ids_are_separate_per_user() {
    let app = TestApp::start().await;
    for name in ["anna", "ben"] {
        let user = app.user(name).await;
        let session = user.chat().await;
        user.post(PATH, &batch([message(&session, "temp-1", name)])).await.expect(200);
    }
    assert_eq!(app.db.number("SELECT count(*) AS n FROM chat_messages").await, 2);
}

#[tokio::test]
async fn request_without_a_session_is_a_401() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post(PATH, &batch([message(&app.random_id(), "t", "a")])).await;
    assert_problem(&answer, 401, "unauthenticated", "");
}
