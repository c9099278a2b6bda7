//! `/api/export` and `/api/import`.

mod disconnect;
mod documents;
mod export;
mod flat;
mod forms;
mod import;
mod linear;
mod litechat;
mod mended;
mod other_chats;
mod refusals;
mod round_trip;
mod sealing;
mod skipped;
mod slow_readers;
mod streamed;

use serde_json::{Value, json};

use crate::collections::create;
use crate::support::{Answer, TestUser, message};

/// Stores rows of every kind. The id of the chat session.
async fn seed_data(user: &TestUser) -> String {
    let harbour =
        json!({ "name": "Harbour", "baseRevision": 0, "data": { "pages": [1, 2.50, 12345678901234567890u64] } });
    user.put("/api/projects/p1", &harbour).await.expect(201);
    let light = json!({ "name": "Light", "baseRevision": 0, "parentId": "p1",
        "data": { "createdAt": "2024-05-01T08:00:00.000Z", "path": "/Light" } });
    user.put("/api/projects/p2", &light).await.expect(201);
    create(user, "settings", "theme", json!({ "value": { "dark": true } })).await;
    create(user, "settings", "odd \"key\"", json!({ "value": null })).await;
    create(user, "conversations", "c1", json!({ "title": "Tide", "projectId": "p1", "id": "c1", "colour": "blue" }))
        .await;
    create(user, "conversations", "c2", json!({ "title": "Storm" })).await;
    for (id, conversation, index) in [("i-z", "c1", 0), ("i-b", "c1", 1), ("i-a", "c1", 10), ("i-c", "c2", 0)] {
        let turn = json!({ "conversationId": conversation, "index": index, "prompt": { "content": id } });
        create(user, "interactions", id, turn).await;
    }
    create(user, "tags", "t1", json!({ "name": "todo" })).await;
    create(user, "rules", "r1", json!({ "name": "Brief", "content": "Be brief." })).await;
    create(user, "tagRuleLinks", "l1", json!({ "tagId": "t1", "ruleId": "r1" })).await;
    create(user, "tags", "gone", json!({ "name": "gone" })).await;
    user.delete("/api/collections/tags/gone").await.expect(204);
    let session = user.chat().await;
    let gone = user.chat().await;
    for n in 0..3 {
        let batch = json!({ "messages": [message(&session, &format!("t-{n}"), &format!("message {n}"))] });
        user.post("/api/chat/messages/batch", &batch).await.expect(200);
    }
    let lost = json!({ "messages": [message(&gone, "t-gone", "lost")] });
    user.post("/api/chat/messages/batch", &lost).await.expect(200);
    user.delete(&format!("/api/chat/sessions/{gone}")).await.expect(204);
    session
}

async fn import(user: &TestUser, query: &str, document: &Value) -> Answer {
    user.post(&format!("/api/import{query}"), document).await
}

async fn export(user: &TestUser) -> Value {
    user.get("/api/export").await.expect(200)
}

/// A member of every row of a section.
fn each(document: &Value, section: &str, member: &str) -> Vec<Value> {
    document[section].as_array().unwrap().iter().map(|row| row[member].clone()).collect()
}
