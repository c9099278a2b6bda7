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
    assert_eq!(days, 9, "three assistants, a review, a delete, a session, two messages and a tag: {counts}");
    assert!(counts["rowBytes"].as_i64().unwrap() > 0);
    let sum = "SELECT sum(row_bytes)::bigint AS n FROM user_version";
    assert_eq!(counts["rowBytes"], app.db.number(sum).await);
    create(&anna, "another").await;
    assert_eq!(root.get("/api/admin/stats").await.expect(200), counts, "the same for a minute");
}

async fn writes(app: &TestApp) -> Vec<(String, i64)> {
    let root = admin(app, "root").await;
    let plain = TestApp::on(app.db.clone()).await;
    let counts = root.at(&plain.url).get("/api/admin/stats").await.expect(200);
    let days = counts["writesPerDay"].as_object().unwrap().iter();
    days.map(|(day, n)| (day.clone(), n.as_i64().unwrap())).collect()
}

#[tokio::test]
async fn every_accepted_write_counts_on_its_day() {
    let app = TestApp::on(TestDatabase::migrated().await.as_server()).await;
    let anna = app.user("anna").await;
    let tag = |name: &str, base: i64| json!({ "value": { "name": name }, "baseRevision": base });
    for (name, base, status) in [("T", 0, 201), ("U", 1, 200), ("U", 2, 200), ("V", 0, 409)] {
        anna.put("/api/collections/tags/t", &tag(name, base)).await.expect(status);
    }
    let today = chrono::Utc::now().date_naive();
    let of = |days: &[(String, i64)], back: i64| {
        let day = (today - chrono::Duration::days(back)).to_string();
        days.iter().find(|(known, _)| *known == day).map_or(0, |(_, n)| *n)
    };
    assert_eq!(of(&writes(&app).await, 0), 2, "an equal value and a conflict change nothing");
    let put = |id: i64, key: &str| json!({ "id": id, "collection": "tags", "op": "put", "key": key, "baseRevision": 0, "value": { "name": key } });
    let push = json!({ "clientId": "d", "cursor": null, "mutations": [put(1, "a"), put(2, "b"), put(3, "t")] });
    anna.post("/api/sync", &push).await.expect(200);
    anna.post("/api/sync", &push).await.expect(200);
    assert_eq!(of(&writes(&app).await, 0), 4, "two were applied, one is in conflict, and a repeat has no effect");
    anna.post(
        "/api/import",
        &json!({ "version": 1, "projects": [{ "id": "p", "name": "P" }, { "id": "q", "name": "Q" }] }),
    )
    .await
    .expect(200);
    anna.put("/api/projects/p", &json!({ "name": "R", "baseRevision": 1 })).await.expect(200);
    assert_eq!(of(&writes(&app).await, 0), 7);
    // The writes of yesterday stay when the user writes today, and when the user is deleted.
    app.db.execute("UPDATE user_version SET write_day = write_day - 1 WHERE day_writes > 0").await;
    app.db.execute("DELETE FROM day_writes").await;
    anna.put("/api/projects/p", &json!({ "name": "S", "baseRevision": 2 })).await.expect(200);
    let days = writes(&app).await;
    assert_eq!((of(&days, 1), of(&days, 0)), (7, 1));
    anna.post("/api/auth/delete-user", &json!({})).await.expect(200);
    let days = writes(&app).await;
    assert_eq!((of(&days, 1), of(&days, 0)), (7, 1));
}
