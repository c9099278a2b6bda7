//! The quota of rows: exact in every way to store them, freed by deletes, and taken up by deleted rows until retention removes them.

use landfall::json::RowSpace;
use landfall::sync::retention::remove_expired;
use landfall::sync::{Events, UserWriter};
use serde_json::{Value, json};

use super::{configured, push, put};
use crate::support::{NO_ASSISTANTS, TestApp, TestUser, assert_problem, left_out_on_a_cluster, message};

pub async fn used(user: &TestUser) -> (i64, i64) {
    let used = user.get("/api/sync/init").await.expect(200)["limits"]["rowsUsed"].clone();
    (used["bytes"].as_i64().unwrap(), used["rows"].as_i64().unwrap())
}

/// What the rows take up, computed from the rows: the living ones, or half of all if that is more.
pub async fn counted(app: &TestApp, user: &TestUser) -> (i64, i64) {
    let owner = app.db.owner(&user.id).await;
    let all = ["chat_sessions", "chat_messages", "projects", "records"]
        .map(|table| format!("SELECT bytes, deleted_at FROM {table} WHERE owner = {owner}"))
        .join(" UNION ALL ");
    let of = async |what: &str| {
        let number = |rows: &str| format!("SELECT coalesce({what}, 0)::bigint AS n FROM ({all}) AS r {rows}");
        let living = app.db.number(&number("WHERE deleted_at IS NULL")).await;
        living.max(app.db.number(&number("")).await / 2)
    };
    (of("sum(bytes)").await, of("count(*)").await)
}

#[tokio::test]
async fn use_is_exact_after_writes_of_all_kinds() {
    if left_out_on_a_cluster(NO_ASSISTANTS) {
        return;
    }
    let app = TestApp::start().await;
    let (anna, ben) = (app.user("anna").await, app.user("ben").await);
    let session = anna.chat().await;
    let batch = json!({ "messages": [message(&session, "t1", "abc"), message(&session, "t2", "")] });
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    anna.post("/api/chat/messages/batch", &batch).await.expect(200);
    anna.put("/api/projects/p1", &json!({ "baseRevision": 0, "data": { "n": 1 } })).await.expect(201);
    anna.put("/api/projects/p1", &json!({ "baseRevision": 1, "data": { "n": [1, 2, 3] } })).await.expect(200);
    anna.put("/api/projects/p2", &json!({ "baseRevision": 0, "parentId": "p1" })).await.expect(201);
    push(&anna, &[put(1, "tags", "a", json!({ "name": "a" })), put(2, "tags", "b", json!({ "name": "b" }))])
        .await
        .expect(200);
    assert_eq!(used(&anna).await, counted(&app, &anna).await);
    assert_eq!(used(&anna).await.1, 7);

    let document = anna.get("/api/export").await.expect(200);
    ben.post("/api/import", &document).await.expect(200);
    assert_eq!(used(&ben).await, counted(&app, &ben).await);
    assert_eq!(used(&ben).await.1, 7);

    anna.delete("/api/projects/p1").await.expect(204);
    anna.delete("/api/collections/tags/a").await.expect(204);
    anna.delete(&format!("/api/chat/sessions/{session}")).await.expect(204);
    assert_eq!(used(&anna).await, counted(&app, &anna).await);
    // One of seven lives.
    assert_eq!(used(&anna).await.1, 3);
}

#[tokio::test]
async fn creates_and_deletes_in_a_loop_end_at_the_quota_until_retention() {
    let app = configured([("PORT", "80"), ("LANDFALL_QUOTA_ROWS", "3")]).await;
    let anna = app.user("anna").await;
    for n in 0..6 {
        anna.put(&format!("/api/projects/p{n}"), &json!({ "baseRevision": 0 })).await.expect(201);
        anna.delete(&format!("/api/projects/p{n}")).await.expect(204);
    }
    let seventh = json!({ "baseRevision": 0 });
    anna.put("/api/projects/p6", &seventh).await.expect(201);
    for refused in [
        anna.put("/api/projects/p7", &seventh).await,
        anna.put("/api/projects/p7", &json!({ "baseRevision": 0, "mutationId": "m" })).await,
        anna.post("/api/chat/sessions", &json!({ "title": "T" })).await,
        anna.post("/api/import", &json!({ "projects": [{ "id": "q", "name": "Q" }] })).await,
    ] {
        assert_problem(&refused, 413, "quota_exceeded", "");
        assert_eq!(refused.json["used"]["rows"], 3);
    }
    // A delete and the return of a deleted row store no further row.
    anna.delete("/api/projects/p6").await.expect(204);
    anna.put("/api/projects/p0", &json!({ "baseRevision": 2 })).await.expect(200);
    assert_eq!(used(&anna).await, counted(&app, &anna).await);

    app.db
        .execute(
            "UPDATE projects SET deleted_at = (deleted_at AT TIME ZONE 'UTC' - interval '400 days') AT TIME ZONE 'UTC' WHERE deleted_at IS NOT NULL",
        )
        .await;
    let writer = UserWriter::new(app.pool.clone(), Events::default(), RowSpace { bytes: i64::MAX, rows: i64::MAX });
    remove_expired(&app.pool, &writer, &landfall::kinds::registry(), 90).await.unwrap();
    assert_eq!((used(&anna).await, counted(&app, &anna).await.1), (counted(&app, &anna).await, 1));
    anna.put("/api/projects/p7", &seventh).await.expect(201);
}

fn text(bytes: usize) -> Value {
    json!({ "t": "x".repeat(bytes) })
}

#[tokio::test]
async fn every_way_refuses_what_exceeds_the_quota() {
    let app = configured([("PORT", "80"), ("LANDFALL_QUOTA_ROW_BYTES", "20000")]).await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    anna.put("/api/projects/p", &json!({ "baseRevision": 0, "data": text(10_000) })).await.expect(201);
    let before = used(&anna).await;
    let large = "x".repeat(10_000);
    let refused = [
        anna.put("/api/projects/q", &json!({ "baseRevision": 0, "data": text(10_000) })).await,
        anna.put("/api/projects/p", &json!({ "baseRevision": 1, "data": text(20_000) })).await,
        anna.put("/api/projects/q", &json!({ "baseRevision": 0, "data": text(10_000), "mutationId": "m" })).await,
        anna.post("/api/projects", &json!({ "id": "q", "data": text(10_000) })).await,
        anna.put("/api/collections/rules/r", &json!({ "baseRevision": 0, "value": { "name": "R", "content": large } }))
            .await,
        anna.post("/api/chat/sessions", &json!({ "title": "T", "metadata": text(10_000) })).await,
        anna.patch(&format!("/api/chat/sessions/{session}"), &json!({ "metadata": text(10_000) })).await,
        anna.post("/api/chat/messages/batch", &json!({ "messages": [message(&session, "t", &large)] })).await,
        anna.post("/api/import", &json!({ "projects": [{ "id": "q", "name": "Q", "data": text(10_000) }] })).await,
    ];
    for answer in &refused {
        assert_problem(answer, 413, "quota_exceeded", "");
        assert_eq!(answer.json["used"], json!({ "bytes": before.0, "rows": before.1 }));
        assert_eq!(answer.json["allowed"], json!({ "bytes": 20_000, "rows": 5_000_000 }));
    }
    assert_eq!((used(&anna).await, counted(&app, &anna).await), (before, before));

    // A push refuses the mutation that does not fit, and no other one.
    let mutations = [
        put(1, "tags", "a", json!({ "name": "a" })),
        put(2, "projects", "q", json!({ "data": text(10_000) })),
        put(3, "tags", "b", json!({ "name": "b" })),
    ];
    let answer = push(&anna, &mutations).await.expect(200);
    let statuses: Vec<&Value> = answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["applied", "rejected", "applied"]);
    assert_eq!(answer["results"][1]["error"]["code"], "quota_exceeded");
    assert_eq!(used(&anna).await, counted(&app, &anna).await);

    // Smaller content and deletes pass, and make room.
    anna.put("/api/projects/p", &json!({ "baseRevision": 1, "data": text(9_000) })).await.expect(200);
    anna.delete("/api/projects/p").await.expect(204);
    anna.put("/api/projects/q", &json!({ "baseRevision": 0, "data": text(10_000) })).await.expect(201);
}

#[tokio::test]
async fn number_of_rows_is_limited() {
    let app = configured([("PORT", "80"), ("LANDFALL_QUOTA_ROWS", "3")]).await;
    let anna = app.user("anna").await;
    let session = anna.chat().await;
    let batch = |names: &[&str]| json!({ "messages": names.iter().map(|name| message(&session, name, "x")).collect::<Vec<_>>() });
    assert_problem(&anna.post("/api/chat/messages/batch", &batch(&["a", "b", "c"])).await, 413, "quota_exceeded", "");
    anna.post("/api/chat/messages/batch", &batch(&["a", "b"])).await.expect(200);
    // A repeat stores nothing, so it is answered.
    anna.post("/api/chat/messages/batch", &batch(&["a", "b"])).await.expect(200);
    let messages = ["c", "d"].map(|name| {
        put(1 + i64::from(name == "d"), "chatMessages", name, {
            let mut one = message(&session, name, "x");
            one.as_object_mut().unwrap().remove("tempId");
            one
        })
    });
    let answer = push(&anna, &messages).await.expect(200);
    assert!(
        answer["results"].as_array().unwrap().iter().all(|result| result["error"]["code"] == "quota_exceeded"),
        "{answer}"
    );
    assert_eq!(used(&anna).await.1, 3);
}
