//! The size of a user's largest row, which decides whether the initial snapshot adds up sizes.

use serde_json::{Value, json};

use super::{push, put};
use crate::support::{NO_ASSISTANTS, TestApp, TestUser, left_out_on_a_cluster};

async fn largest(app: &TestApp, user: &TestUser) -> i64 {
    let owner = app.db.owner(&user.id).await;
    app.db.number(&format!("SELECT largest_row AS n FROM user_version WHERE owner = {owner}")).await
}

/// A batch of messages with these temporary ids and lengths.
fn batch(session: &str, messages: &[(&str, usize)]) -> Value {
    let message = |&(temp_id, length): &(&str, usize)| {
        json!({ "tempId": temp_id, "sessionId": session, "role": "user", "content": "x".repeat(length),
            "createdAt": "2026-11-28T08:00:00Z" })
    };
    json!({ "messages": messages.iter().map(message).collect::<Vec<_>>() })
}

#[tokio::test]
async fn every_way_to_write_a_list_row_counts_and_it_never_shrinks() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let small = largest(&app, &anna).await;
    assert!((300..1_000).contains(&small), "{small}");

    anna.post("/api/chat/messages/batch", &batch(&session, &[("a", 5_000), ("b", 10)])).await.expect(200);
    let with_message = largest(&app, &anna).await;
    assert!((5_000..6_000).contains(&with_message), "{with_message}");

    let named = |name: &str| json!({ "name": name.repeat(100) });
    let text = |length: usize| json!({ "value": "x".repeat(length) });
    let rows =
        [put(1, "tags", "a", named("a")), put(2, "settings", "a", text(9_000)), put(3, "settings", "b", text(100))];
    push(&anna, &rows).await.expect(200);
    let with_setting = largest(&app, &anna).await;
    assert!((9_000..10_000).contains(&with_setting), "{with_setting}");

    anna.put("/api/projects/p", &json!({ "baseRevision": 0, "data": { "text": "x".repeat(50_000) } }))
        .await
        .expect(201);
    anna.delete("/api/collections/settings/a").await.expect(204);
    assert_eq!(largest(&app, &anna).await, with_setting, "lists have no documents of projects");

    let ben = app.user("ben").await;
    ben.post("/api/import", &anna.get("/api/export").await.expect(200)).await.expect(200);
    assert_eq!(largest(&app, &ben).await, with_message, "the deleted setting is not in the export");
}

#[tokio::test]
async fn snapshot_is_the_same_whether_sizes_are_added_up_or_not() {
    let app = TestApp::start().await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    for n in 0..4 {
        anna.post("/api/chat/messages/batch", &batch(&session, &[(&format!("m{n}"), 100)])).await.expect(200);
    }
    let init = async || anna.get("/api/sync/init?messageLimit=3").await.expect(200);
    let plain = init().await;
    let owner = app.db.owner(&anna.id).await;
    app.db.execute(&format!("UPDATE user_version SET largest_row = 1000000000 WHERE owner = {owner}")).await;
    let measured = init().await;
    assert_eq!(plain["messages"].as_array().map(Vec::len), Some(3));
    assert_eq!(plain["messages"], measured["messages"]);
    assert_eq!(plain["sessions"], measured["sessions"]);
}
