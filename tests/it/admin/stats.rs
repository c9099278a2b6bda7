use serde_json::json;

use crate::assistants::{admin, assistant, create, path, publish};
use crate::support::{TestApp, TestDatabase, message};

#[tokio::test]
async fn counts_are_those_of_all_users() {
    // Runs with the server's database role, so that a missing grant fails.
    let app = TestApp::on(TestDatabase::migrated().await.as_server()).await;
    let (anna, ben, root) = (app.user("anna").await, app.user("ben").await, admin(&app, "root").await);
    create(&anna, "draft").await;
    publish(&ben, &root, &assistant("public")).await;
    let gone = create(&ben, "gone").await;
    ben.delete(&path(&gone)).await;
    let chat = anna.chat().await;
    let batch = json!({ "messages": [message(&chat, "t1", "one"), message(&chat, "t2", "two")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    anna.put("/api/collections/tags/t", &json!({ "value": { "name": "T" }, "baseRevision": 0 })).await.expect(201);
    let counts = root.get("/api/admin/stats").await.expect(200);
    assert_eq!(counts["users"], 3);
    let rows = &counts["rows"];
    assert_eq!(
        [
            &rows["assistants"],
            &rows["chatSessions"],
            &rows["chatMessages"],
            &rows["tags"],
            &rows["projects"],
            &rows["rules"]
        ],
        [&json!(2), &json!(1), &json!(2), &json!(1), &json!(0), &json!(0)]
    );
    assert_eq!(counts["byStatus"]["assistants"], json!({ "draft": 1, "published": 1 }));
    let days: i64 = counts["writesPerDay"].as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum();
    assert_eq!(days, 7, "three assistants, a session, two messages and a tag: {counts}");
    assert!(counts["rowBytes"].as_i64().unwrap() > 0);
    let sum = "SELECT sum(row_bytes)::bigint AS n FROM user_version";
    assert_eq!(counts["rowBytes"], app.db.number(sum).await);
    create(&anna, "another").await;
    assert_eq!(root.get("/api/admin/stats").await.expect(200), counts, "the same for a minute");
}
