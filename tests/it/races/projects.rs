//! Concurrent writes of projects. Each test fails for a statement that decides before it holds the lock.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, HeldUserLock, TestApp, TestUser, send};

/// A write to send.
#[derive(Clone)]
struct Write {
    method: Method,
    id: &'static str,
    body: Value,
}

fn put(id: &'static str, body: Value) -> Write {
    Write { method: Method::PUT, id, body }
}

fn delete(id: &'static str) -> Write {
    Write { method: Method::DELETE, id, body: json!({}) }
}

async fn go(user: TestUser, write: Write) -> Answer {
    let path = format!("/api/projects/{}", write.id);
    send(user.request(write.method, &path).json(&write.body)).await
}

/// Sends all of `before`, then `first` and `second` at two servers. Both wait for the user's row, in this order.
async fn race(before: &[Write], first: Write, second: Write) -> (TestApp, TestUser, Answer, Answer) {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    for write in before {
        assert!(go(anna.clone(), write.clone()).await.status < 300);
    }
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let first = tokio::spawn(go(anna.clone(), first));
    held.until_waiting(1).await;
    let second = tokio::spawn(go(anna.at(&two.url), second));
    held.until_waiting(2).await;
    held.release().await;
    let answers = (first.await.unwrap(), second.await.unwrap());
    (one, anna, answers.0, answers.1)
}

#[tokio::test]
async fn losing_put_gets_the_winners_row() {
    let before = [put("p1", json!({ "name": "old", "baseRevision": 0 }))];
    let first = put("p1", json!({ "name": "winner", "data": { "by": 1 }, "baseRevision": 1 }));
    let second = put("p1", json!({ "name": "loser", "data": { "by": 2 }, "baseRevision": 1 }));
    let (app, anna, won, lost) = race(&before, first, second).await;
    assert_eq!(won.expect(200)["revision"], 2);
    assert_eq!((lost.status, lost.code()), (409, "revision_conflict"));
    assert_eq!(lost.json["server"], anna.get("/api/projects/p1").await.expect(200));
    assert_eq!(lost.json["server"]["data"], json!({ "by": 1 }));
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn losing_create_gets_the_winners_row() {
    let create = |name: &str| put("p1", json!({ "name": name, "baseRevision": 0 }));
    let (app, anna, won, lost) = race(&[], create("winner"), create("loser")).await;
    assert_eq!(won.expect(201)["revision"], 1);
    assert_eq!((lost.status, lost.code()), (409, "revision_conflict"));
    assert_eq!(lost.json["server"]["name"], "winner");
    assert_eq!(app.db.version(&anna.id).await, 1);
}

#[tokio::test]
async fn child_after_a_concurrent_delete_of_its_parent_is_refused() {
    let before = [put("top", json!({ "baseRevision": 0 }))];
    let child = put("low", json!({ "parentId": "top", "baseRevision": 0 }));
    let (app, anna, deleted, refused) = race(&before, delete("top"), child).await;
    assert_eq!(deleted.status, 204);
    assert_eq!((refused.status, &refused.json["errors"][0]["code"]), (422, &json!("unknown_parent")));
    assert_eq!(app.db.number("SELECT count(*) AS n FROM projects WHERE deleted_at IS NULL").await, 0);
    assert_eq!(app.db.version(&anna.id).await, 2);
}

#[tokio::test]
async fn delete_after_a_concurrent_new_child_cascades_to_it() {
    let before = [put("top", json!({ "baseRevision": 0 }))];
    let child = put("low", json!({ "parentId": "top", "baseRevision": 0 }));
    let (app, _, created, deleted) = race(&before, child, delete("top")).await;
    assert_eq!((created.status, deleted.status), (201, 204));
    let tombstones = "SELECT count(*) AS n FROM projects WHERE deleted_at IS NOT NULL AND version = 3 AND revision = 2";
    assert_eq!(app.db.number(tombstones).await, 2);
}

#[tokio::test]
async fn delete_after_a_concurrent_put_is_a_conflict_with_its_row() {
    let before = [put("p1", json!({ "name": "old", "baseRevision": 0 }))];
    let change = put("p1", json!({ "name": "new", "baseRevision": 1 }));
    let late = Write { method: Method::DELETE, id: "p1", body: json!({ "baseRevision": 1 }) };
    let (_app, _, changed, refused) = race(&before, change, late).await;
    assert_eq!(changed.status, 200);
    assert_eq!((refused.status, &refused.json["server"]["name"]), (409, &json!("new")));
}

#[tokio::test]
async fn cycle_of_two_concurrent_moves_is_refused() {
    let before = [put("a", json!({ "baseRevision": 0 })), put("b", json!({ "baseRevision": 0 }))];
    let under = |id, parent: &str| put(id, json!({ "parentId": parent, "baseRevision": 1 }));
    let (app, anna, moved, refused) = race(&before, under("a", "b"), under("b", "a")).await;
    assert_eq!(moved.status, 200);
    assert_eq!((refused.status, &refused.json["errors"][0]["code"]), (422, &json!("cycle")));
    assert_eq!(app.db.version(&anna.id).await, 3);
}

#[tokio::test]
async fn delete_after_a_concurrent_new_chat_unlinks_it() {
    let one = TestApp::start().await;
    let two = one.another().await;
    let anna = one.user("anna").await;
    go(anna.clone(), put("p1", json!({ "baseRevision": 0 }))).await.expect(201);
    let held = HeldUserLock::of(&one.db, &anna.id).await;
    let chat = {
        let (anna, body) = (anna.clone(), json!({ "title": "a", "projectId": "p1" }));
        tokio::spawn(async move { anna.post("/api/chat/sessions", &body).await })
    };
    held.until_waiting(1).await;
    let gone = tokio::spawn(go(anna.at(&two.url), delete("p1")));
    held.until_waiting(2).await;
    held.release().await;
    assert_eq!((chat.await.unwrap().status, gone.await.unwrap().status), (201, 204));
    assert_eq!(one.db.number("SELECT count(*) AS n FROM chat_sessions WHERE project_id IS NOT NULL").await, 0);
}

#[tokio::test]
async fn concurrent_equal_mutations_have_one_effect_and_one_answer() {
    let before = [put("p1", json!({ "name": "old", "baseRevision": 0 }))];
    let write = put("p1", json!({ "name": "new", "baseRevision": 1, "mutationId": "m1" }));
    let (app, anna, first, second) = race(&before, write.clone(), write).await;
    assert_eq!((first.status, first.json), (second.status, second.json));
    assert_eq!(first.status, 200);
    assert_eq!(app.db.version(&anna.id).await, 2);
    assert_eq!(app.db.number("SELECT count(*) AS n FROM idempotency_records").await, 1);
}
