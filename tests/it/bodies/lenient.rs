//! What a body may leave out or say in two ways.

use serde_json::{Value, json};

use crate::support::{TestApp, assert_problem};

#[tokio::test]
async fn chat_without_a_title_is_new_chat() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    for body in [json!({ "projectId": "p1" }), json!({}), json!({ "title": null })] {
        assert_eq!(anna.post("/api/chat/sessions", &body).await.expect(201)["title"], "New chat");
    }
    let empty = anna.post("/api/chat/sessions", &json!({ "title": "" })).await;
    assert_problem(&empty, 422, "validation_failed", "/title");
}

#[tokio::test]
async fn byte_order_mark_is_no_part_of_the_json() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let path = "/api/chat/sessions";
    assert_eq!(anna.post_text(path, "\u{feff}{\"title\":\"Tide\"}").await.expect(201)["title"], "Tide");
    assert_problem(&anna.post_text(path, "\u{feff}\u{feff}{}").await, 400, "malformed_json", "");
}

#[tokio::test]
async fn pushed_chat_without_a_title_keeps_the_stored_one() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (stored, new) = (anna.chat().await, app.random_id());
    let put = |id: i64, key: &str| json!({ "id": id, "collection": "chatSessions", "op": "put", "key": key, "value": { "projectId": "p1" } });
    let body = json!({ "clientId": "device", "mutations": [put(1, &stored), put(2, &new)] });
    anna.post("/api/sync", &body).await.expect(200);
    for (id, title) in [(stored, "Harbour"), (new, "New chat")] {
        let session = anna.get(&format!("/api/chat/sessions/{id}")).await.expect(200);
        assert_eq!((&session["title"], &session["projectId"]), (&json!(title), &json!("p1")));
    }
}

fn message(temp_id: &str, session: Option<&str>, created_at: Value) -> Value {
    let mut message = json!({ "id": temp_id, "role": "user", "content": "a", "createdAt": created_at });
    if let Some(session) = session {
        message["sessionId"] = json!(session);
    }
    message
}

#[tokio::test]
async fn batch_may_name_its_session_once() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let (session, other) = (anna.chat().await, anna.chat().await);
    let now = || json!("2026-11-21T08:00:00.000Z");
    let path = "/api/chat/messages/batch";
    let body =
        json!({ "sessionId": session, "messages": [message("t1", None, now()), message("t2", Some(&session), now())] });
    let answer = anna.post(path, &body).await.expect(200);
    for stored in answer["messages"].as_array().unwrap() {
        assert_eq!(stored["sessionId"], session.as_str());
    }
    let missing = json!({ "messages": [message("t3", Some(&session), now()), message("t4", None, now())] });
    assert_problem(&anna.post(path, &missing).await, 422, "validation_failed", "/messages/1/sessionId");
    let contrary = json!({ "sessionId": session, "messages": [message("t5", Some(&other), now())] });
    assert_problem(&anna.post(path, &contrary).await, 422, "validation_failed", "/messages/0/sessionId");
}

#[tokio::test]
async fn time_of_a_message_may_be_in_milliseconds() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let path = "/api/chat/messages/batch";
    let body = json!({ "sessionId": session, "messages": [message("t1", None, json!(1_795_248_000_123_i64))] });
    let answer = anna.post(path, &body).await.expect(200);
    assert_eq!(answer["messages"][0]["createdAt"], "2026-11-21T08:00:00.123Z");
    for time in [json!(1.5), json!(1e300), json!(true), json!("1795248000123")] {
        let body = json!({ "sessionId": session, "messages": [message("t2", None, time)] });
        assert_problem(&anna.post(path, &body).await, 422, "validation_failed", "/messages/0/createdAt");
    }
}
