//! Chats in `POST /api/sync`: a put that names the revision that it was made from.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser};

async fn push(user: &TestUser, client: &str, mutations: &[Value]) -> Value {
    user.post("/api/sync", &json!({ "clientId": client, "mutations": mutations, "limit": 200 })).await.expect(200)
}

fn put(id: i64, session: &str, base: i64, title: &str) -> Value {
    json!({ "id": id, "collection": "chatSessions", "op": "put", "key": session, "baseRevision": base, "value":
        { "title": title, "metadata": null } })
}

fn result(answer: &Value) -> (&str, &Value) {
    let result = &answer["results"][0];
    (result["status"].as_str().unwrap(), &result["revision"])
}

/// The title of the server's row in a conflict.
fn title_in_conflict(answer: &Value) -> Option<&str> {
    let result = &answer["results"][0];
    assert_eq!(result["status"], "conflict");
    result["server"]["value"]["title"].as_str()
}

/// A chat with one message, of revision 2.
async fn chat_with_a_message(user: &TestUser, session: &str) {
    let message = json!({ "id": 2, "collection": "chatMessages", "op": "put", "key": "temp-1", "value":
        { "sessionId": session, "role": "user", "content": "x", "createdAt": "2026-11-21T08:00:00Z" } });
    assert_eq!(result(&push(user, "device-1", &[put(1, session, 0, "Harbour")]).await), ("applied", &json!(1)));
    push(user, "device-1", &[message]).await;
}

#[tokio::test]
async fn messages_leave_a_chat_as_it_was_made() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    chat_with_a_message(&anna, &session).await;
    assert_eq!(result(&push(&anna, "device-2", &[put(1, &session, 1, "Pier")]).await), ("applied", &json!(3)));
}

#[tokio::test]
async fn put_of_a_chat_conflicts_with_a_newer_content() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    chat_with_a_message(&anna, &session).await;
    push(&anna, "device-1", &[put(3, &session, 1, "Pier")]).await;
    for (client, base) in [("behind", 1), ("with-the-message", 2), ("ahead", 4), ("new", 0)] {
        let late = push(&anna, client, &[put(1, &session, base, "Harbour")]).await;
        assert_eq!(title_in_conflict(&late), Some("Pier"));
        assert_eq!(push(&anna, client, &[put(1, &session, base, "Harbour")]).await["results"], late["results"]);
    }
    anna.patch(&format!("/api/chat/sessions/{session}"), &json!({ "title": "Quay" })).await.expect(200);
    let late = push(&anna, "device-2", &[put(1, &session, 3, "Pier")]).await;
    assert_eq!(title_in_conflict(&late), Some("Quay"));
}

#[tokio::test]
async fn put_without_a_revision_replaces_the_chat_as_servers_and_sdks_of_the_release_before_expect() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = app.random_id();
    chat_with_a_message(&anna, &session).await;
    let mut blind = put(3, &session, 0, "Pier");
    blind.as_object_mut().unwrap().remove("baseRevision");
    assert_eq!(result(&push(&anna, "device-1", &[blind]).await), ("applied", &json!(3)));
}

#[tokio::test]
async fn change_of_a_chat_that_is_not_there_is_a_conflict_and_a_wrong_revision_is_pointed_at() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let late = push(&anna, "device-1", &[put(1, &app.random_id(), 7, "Of another history")]).await;
    assert_eq!(title_in_conflict(&late), None);

    let mut wrong = put(2, &app.random_id(), -1, "");
    wrong["value"]["title"] = json!(7);
    let refused = push(&anna, "device-1", &[wrong]).await;
    let errors = refused["results"][0]["error"]["errors"].as_array().unwrap();
    let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/value/title", "/baseRevision"]);
}
