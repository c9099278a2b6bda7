//! `POST /api/chat/messages/batch`: accepted batches and their repeats.

use serde_json::{Value, json};

use crate::support::{TestApp, TestUser, message};

const PATH: &str = "/api/chat/messages/batch";

async fn send(user: &TestUser, messages: &[Value]) -> Value {
    user.post(PATH, &json!({ "messages": messages })).await.expect(200)
}

async fn contents(user: &TestUser, session: &str) -> Vec<String> {
    let page = user.get(&format!("/api/chat/{session}/messages?limit=200")).await.expect(200);
    page["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn batch_is_stored_in_its_order_and_returns_the_ids() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    // The device's clock runs backwards, which does not change the order.
    let messages: Vec<Value> = (0..15)
        .map(|n| {
            let mut message = message(&session, &format!("temp-{n}"), &format!("message {n}"));
            message["createdAt"] = json!(format!("2026-11-21T08:00:{:02}.000Z", 59 - n));
            message
        })
        .collect();
    let sent = send(&anna, &messages).await;
    let stored = sent["messages"].as_array().unwrap();
    for (n, row) in stored.iter().enumerate() {
        assert_eq!(row["content"], json!(format!("message {n}")));
        assert_eq!(sent["idMap"][format!("temp-{n}")], row["id"]);
        assert_eq!(row["position"], json!((2 << 20) + n));
        assert_eq!(row["revision"], 1);
    }
    let page = anna.get(&format!("/api/chat/{session}/messages")).await.expect(200);
    assert_eq!(page["messages"], sent["messages"]);
    let touched = anna.get(&format!("/api/chat/sessions/{session}")).await.expect(200);
    assert_eq!(touched["revision"], 2, "a batch is a change of its session too");
}

#[tokio::test]
async fn repeat_gets_the_same_answer_and_raises_no_version() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let mut with_metadata = message(&session, "temp-2", "b");
    with_metadata["metadata"] = json!({ "model": "x", "n": 1 });
    let batch = [message(&session, "temp-1", "a"), with_metadata];
    let first = send(&anna, &batch).await;
    let etag = anna.get("/api/sync/init").await.etag();
    for _ in 0..3 {
        let again = send(&anna, &batch).await;
        assert_eq!((&again["messages"], &again["idMap"]), (&first["messages"], &first["idMap"]));
    }
    assert_eq!(app.db.version(&anna.id).await, 2);
    assert_eq!(anna.get("/api/sync/init").await.etag(), etag);
    assert_eq!(contents(&anna, &session).await, ["a", "b"]);
}

#[tokio::test]
async fn batch_with_stored_messages_stores_the_rest() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let first = send(&anna, &[message(&session, "temp-1", "a")]).await;
    let mixed = send(
        &anna,
        &[message(&session, "temp-2", "b"), message(&session, "temp-1", "a"), message(&session, "temp-3", "c")],
    )
    .await;
    assert_eq!(mixed["messages"][1], first["messages"][0]);
    assert_eq!(contents(&anna, &session).await, ["a", "b", "c"]);
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn id_of_the_client_is_kept_and_idempotent() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let id = app.random_id();
    let batch =
        [json!({ "id": id, "sessionId": session, "role": "tool", "content": "", "createdAt": "2026-11-21T08:00:00Z" })];
    let first = send(&anna, &batch).await;
    assert_eq!(first["messages"][0]["id"], json!(id));
    assert_eq!(send(&anna, &batch).await["messages"], first["messages"]);
    assert_eq!(first["idMap"], json!({}));
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn id_without_a_uuid_is_a_temp_id() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let by_id = json!({ "id": "temp-1", "sessionId": session, "role": "user", "content": "a", "createdAt": "2026-11-21T08:00:00.000Z" });
    let first = send(&anna, &[by_id]).await;
    let again = send(&anna, &[message(&session, "temp-1", "a")]).await;
    assert_eq!(first["idMap"]["temp-1"], again["messages"][0]["id"]);
    assert_eq!(contents(&anna, &session).await.len(), 1);
}

#[tokio::test]
async fn repeat_is_answered_after_its_session_was_deleted() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let batch = [message(&session, "temp-1", "a")];
    let first = send(&anna, &batch).await;
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    assert_eq!(send(&anna, &batch).await["idMap"], first["idMap"]);
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn five_hundred_messages_and_a_hundred_kilobytes_of_any_script_are_stored() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let samples = [
        "😀 👩‍👩‍👧",
        "שלום עולם",
        "مرحبا",
        "```rust\nfn main() {}\n```",
        "\u{202e}right\u{202c}",
        "a\r\n\tb\\\"",
        "𝒳\u{fffd}",
    ];
    let mut texts: Vec<String> = (0..499).map(|n| format!("{} {n}", samples[n % samples.len()])).collect();
    texts.push("ü".repeat(50_000));
    let batch: Vec<Value> =
        texts.iter().enumerate().map(|(n, text)| message(&session, &format!("temp-{n}"), text)).collect();
    let sent = send(&anna, &batch).await;
    let stored: Vec<&str> =
        sent["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap()).collect();
    assert_eq!(stored, texts);
    let newest = anna.get(&format!("/api/chat/{session}/messages?limit=1")).await.expect(200);
    assert_eq!(newest["messages"][0]["content"], json!(texts[499]));
}
